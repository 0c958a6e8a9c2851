"""Mail servers that want an access token instead of a password: real protocols, a token server on loopback."""

import base64
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from django.conf import LazySettings
from django.db import connection

from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.foundation.secrets import unlock_secret
from otklik.reach.actions import add_email_inbox, inbox_problems
from otklik.reach.actions.logins import _tokens, login_secret
from otklik.reach.adapters.delivering import DeliveryFailed, Letter
from otklik.reach.adapters.smtp_out import deliver
from otklik.reach.models import Inbox, RawMessage
from tests.building import HELP, IVAN, letter
from tests.dovecot import running_dovecot
from tests.mail_server import close
from tests.ports import free_port
from tests.reach.doors.test_imap import eventually, fetching
from tests.reach.doors.test_outbox import Sink
from tests.tokens import Tokens, token_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tokens(settings: LazySettings) -> Iterator[Tokens]:
    _tokens.clear()
    with token_server() as server:
        settings.MAIL_OAUTH = {"url": f"{server.url}/token", "client_id": "otklik", "client_secret": "", "scope": ""}
        yield server
    connection.close()


def inbox_by_token(url: str = "smtp://anna@127.0.0.1:25?auth=xoauth2", refresh_token: str = "refresh 1") -> Inbox:
    if url.startswith("imap"):
        return add_email_inbox(address=HELP, imap_url=url, imap_password=refresh_token)
    return add_email_inbox(address=HELP, smtp_url=url, smtp_password=refresh_token)


# ── Tokens ────────────────────────────────────────────────────────────────────────────────
def test_one_token_serves_until_it_runs_out(tokens: Tokens) -> None:
    inbox = inbox_by_token()

    first, second = login_secret(inbox, "smtp"), login_secret(inbox, "smtp")

    assert first == second == "access-1"
    assert tokens.asked == [{"grant_type": "refresh_token", "refresh_token": "refresh 1", "client_id": "otklik"}]


def test_a_token_about_to_run_out_is_asked_for_anew(tokens: Tokens) -> None:
    tokens.seconds = 60
    inbox = inbox_by_token()

    assert [login_secret(inbox, "smtp"), login_secret(inbox, "smtp")] == ["access-1", "access-2"]


def test_a_new_refresh_token_is_kept_encrypted_and_used(tokens: Tokens) -> None:
    tokens.rotates, tokens.seconds = True, 1
    inbox = inbox_by_token()

    login_secret(inbox, "smtp")
    login_secret(inbox, "smtp")

    kept = Inbox.objects.get(pk=inbox.pk).smtp_secret
    assert [asked["refresh_token"] for asked in tokens.asked] == ["refresh 1", "refresh 2"]
    assert "refresh" not in kept
    assert unlock_secret(kept) == "refresh 3"


def test_the_house_itself_may_be_let_in(tokens: Tokens, settings: LazySettings) -> None:
    settings.MAIL_OAUTH |= {"client_secret": "house secret", "scope": "mail"}
    inbox = inbox_by_token(refresh_token="")

    assert login_secret(inbox, "smtp") == "access-1"
    assert tokens.asked[0]["scope"] == "mail"


def test_a_refusal_tells_its_code_and_no_secret(tokens: Tokens) -> None:
    inbox = inbox_by_token(refresh_token="stolen")

    with pytest.raises(Refusal) as refused:
        login_secret(inbox, "smtp")

    assert refused.value.code == "oauth_refused"
    assert "invalid_grant" in refused.value.text
    assert "stolen" not in refused.value.text


def test_without_a_token_server_it_is_said(settings: LazySettings) -> None:
    _tokens.clear()

    problems = inbox_problems(inbox=None, actor=SYSTEM, smtp_url="smtp://anna@127.0.0.1?auth=xoauth2")

    assert "OTKLIK_MAIL_OAUTH_TOKEN_URL" in problems["smtp"]
    with pytest.raises(Refusal, match="OTKLIK_MAIL_OAUTH_TOKEN_URL"):
        login_secret(inbox_by_token(), "smtp")


# ── Out ───────────────────────────────────────────────────────────────────────────────────
class TokenSink(Sink):
    """A mail server that believes the token server and offers no other log-in."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self.tokens = tokens

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return "250 OK" if session.authenticated else "530 5.7.0 Log in first"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        said = base64.b64decode(args[1]).decode()
        user, token, *_rest = said.split("\x01")
        if self.tokens.given.get(token.removeprefix("auth=Bearer ")) == user.removeprefix("user="):
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"400"}')
        return AuthResult(success=False, handled=False)


@pytest.fixture
def sink(tokens: Tokens) -> Iterator[TokenSink]:
    handler = TokenSink(tokens)
    controller = Controller(
        handler, hostname="127.0.0.1", port=free_port(), auth_require_tls=False,
        auth_exclude_mechanism=["LOGIN", "PLAIN"],
    )  # fmt: skip
    controller.start()
    handler.url = f"smtp://anna@127.0.0.1:{controller.port}?auth=xoauth2"
    yield handler
    close(controller)


def send_one(sink: TokenSink, password: str) -> None:
    one = Letter(content=letter(), sender=HELP, recipients=(IVAN,))
    deliver(one, url=sink.url, password=password, folder=None)  # type: ignore[arg-type]  # a server is named


def test_a_letter_leaves_with_a_token(sink: TokenSink) -> None:
    send_one(sink, login_secret(inbox_by_token(sink.url), "smtp"))

    assert [recipients for _sender, recipients, _mail in sink.letters] == [[IVAN]]


def test_a_token_that_was_taken_back_is_tried_again_later(sink: TokenSink) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        send_one(sink, "taken back")

    assert not failed.value.permanent
    assert "SMTPAuthenticationError" in failed.value.reason


def test_the_desk_tries_with_a_token(sink: TokenSink, tokens: Tokens) -> None:
    inbox = inbox_by_token(sink.url)

    assert inbox_problems(inbox=inbox, actor=SYSTEM, smtp_url=sink.url) == {"smtp": ""}
    tokens.refresh.clear()
    assert "invalid_grant" in inbox_problems(inbox=inbox, actor=SYSTEM, smtp_url=sink.url)["smtp"]


# ── In ────────────────────────────────────────────────────────────────────────────────────
def test_a_mailbox_is_read_with_a_token_that_changes(tokens: Tokens) -> None:
    tokens.rotates = True
    with running_dovecot(tokens_url=tokens.url) as dovecot:
        inbox = inbox_by_token(dovecot.url(query="?auth=xoauth2"))
        dovecot.put(letter(Message_ID="<1@mail.example>"))
        with fetching():
            eventually(lambda: RawMessage.objects.count() == 1)
        dovecot.put(letter(Message_ID="<2@mail.example>"))
        _tokens.clear()
        with fetching():
            eventually(lambda: RawMessage.objects.count() == 2)
        problems = inbox_problems(inbox=Inbox.objects.get(pk=inbox.pk), actor=SYSTEM, imap_url=inbox.imap_url)

    assert problems == {"imap": ""}
    assert [asked["refresh_token"] for asked in tokens.asked] == ["refresh 1", "refresh 2", "refresh 3"]
