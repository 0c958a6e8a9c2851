"""The door of the desk: who may enter, and how often one may try."""

import re
from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from otklik.desk.views.live import listener_of
from otklik.foundation.database.remembering import forget_everything
from otklik.foundation.errors import Refusal
from otklik.foundation.events.jobs import run_due_jobs
from otklik.foundation.models import Event, Tally
from otklik.foundation.policies import set_policy
from otklik.foundation.secrets import lock_secret, unlock_secret
from otklik.knowledge.models import Audience
from otklik.team.attempts import DEVICE
from otklik.team.events import LoginChanged, ResetAsked
from otklik.team.handlers import send_the_reset, tell_of_the_change
from otklik.team.login import SecondFactors
from otklik.team.models import Agent
from otklik.team.urls_account import OPEN, PROVED
from tests.building import make_agent
from tests.portal.test_help import article

pytestmark = pytest.mark.django_db

ANNA, PASSWORD = "anna@gorizont.example", "correct horse battery"
ELSEWHERE = "198.51.100.7"


def log_in(client: Client, password: str = PASSWORD, *, email: str = ANNA, address: str = "203.0.113.5") -> int:
    return client.post("/account/login/", {"login": email, "password": password}, REMOTE_ADDR=address).status_code


def test_the_right_password_opens_the_desk(client: Client) -> None:
    make_agent()

    answer = client.post("/account/login/", {"login": ANNA, "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/desk/"


# ── Guessing ──────────────────────────────────────────────────────────────────────────────
def test_nobody_guesses_a_password_by_trying() -> None:
    """Attempts are counted in the database, so all web processes count together; then even the right one must wait."""
    make_agent()
    for _ in range(6):
        log_in(Client(), "wrong guess")

    assert log_in(Client()) != 302


def test_a_guesser_does_not_slow_the_owner_in_another_network() -> None:
    make_agent()
    for _ in range(50):
        log_in(Client(), "wrong guess")

    assert log_in(Client(), address=ELSEWHERE) == 302


def test_guessing_from_many_networks_slows_devices_that_are_not_known() -> None:
    make_agent()
    for number in range(45):
        log_in(Client(), "wrong guess", address=f"192.0.2.{number}")

    assert log_in(Client(), address=ELSEWHERE) != 302


def test_the_owners_own_device_is_never_locked_out(client: Client) -> None:
    make_agent()
    assert log_in(client) == 302
    client.post("/account/logout/")
    for number in range(60):
        log_in(Client(), "wrong guess", address=f"192.0.2.{number}")
    for _ in range(30):
        log_in(Client(), "wrong guess")

    assert log_in(client) == 302


def test_a_known_device_guesses_no_more_than_others(client: Client) -> None:
    make_agent()
    log_in(client)
    client.post("/account/logout/")
    for _ in range(10):
        log_in(client, "wrong guess")

    assert log_in(client) != 302


def test_a_device_is_known_only_for_its_agent_and_cannot_be_made_up(client: Client) -> None:
    make_agent()
    make_agent("Борис Орлов", "boris@gorizont.example")
    log_in(client, email="boris@gorizont.example")
    client.post("/account/logout/")
    for number in range(45):
        log_in(Client(), "wrong guess", address=f"192.0.2.{number}")
    assert log_in(client, address=ELSEWHERE) != 302

    made_up = Client()
    made_up.cookies[DEVICE] = client.cookies[DEVICE].value.replace("b", "c")
    assert log_in(made_up, address=ELSEWHERE) != 302


def test_right_passwords_are_not_counted() -> None:
    make_agent()

    assert [log_in(Client()) for _ in range(12)] == [302] * 12
    assert not Tally.objects.filter(count__gt=0).exists()


def test_a_guesser_of_many_accounts_is_slowed_too() -> None:
    make_agent()
    for number in range(21):
        log_in(Client(), "wrong guess", email=f"agent{number}@gorizont.example")

    assert log_in(Client()) != 302


# ── Pages of the log-in ───────────────────────────────────────────────────────────────────
def pages_of_the_login() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def walk(patterns: list[Any], before: str = "") -> None:
        for one in patterns:
            path = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, path)
            elif path.startswith("account/"):
                found.append((one.name or "", "/" + re.sub(r"\^|\$", "", path)))

    walk(get_resolver().url_patterns)
    filled = [
        (name, re.sub(r"<int:pk>", "1", re.sub(r"\(\?P<uidb36>[^)]*\)-\(\?P<key>.\+\)", "1-set", path)))
        for name, path in found
    ]
    return [(name, re.sub(r"\(\?P<key>[^)]*\)", "Mg:x:y", path)) for name, path in filled]


@pytest.mark.parametrize(("name", "path"), pages_of_the_login())
def test_every_page_that_is_not_named_is_closed(client: Client, name: str, path: str) -> None:
    client.force_login(make_agent())
    is_open = name in OPEN | PROVED | {"account_set_password"}

    got, posted = client.get(path), client.post(path, {"email": "eve@mail.example", "action_add": "1"})

    assert is_open or (got.status_code, posted.status_code) == (404, 404)


def test_the_list_of_open_pages_is_short_and_holds_nothing_by_which_an_address_changes() -> None:
    assert not {name for name in OPEN | PROVED if "email" in name or "signup" in name or "connections" in name}


@pytest.mark.parametrize("page", ["signup", "email", "3rdparty", "3rdparty/signup"])
def test_nobody_signs_up_or_adds_an_address(client: Client, page: str) -> None:
    client.force_login(make_agent())

    answer = client.post(f"/account/{page}/", {"email": "new@mail.example", "action_add": ""})

    assert answer.status_code == 404
    assert not Agent.objects.filter(email="new@mail.example").exists()


@pytest.mark.parametrize(
    "path",
    ["/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/2fa/recovery-codes/generate/",
     "/account/2fa/recovery-codes/", "/account/2fa/recovery-codes/download/"],
)  # fmt: skip
def test_what_changes_or_shows_a_login_asks_again_who_is_there(client: Client, path: str) -> None:
    anna = make_agent()
    client.force_login(anna)
    TOTP.activate(anna, "JBSWY3DPEHPK3PXP")
    if "activate" in path or "add" in path:
        Authenticator.objects.all().delete()

    answer = client.get(path)

    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_pages_of_the_login_are_kept_by_nobody(client: Client) -> None:
    client.force_login(make_agent())

    for path in ("/account/2fa/", "/account/password/change/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_a_change_of_a_login_is_in_the_history_and_told_by_letter(client: Client) -> None:
    anna = make_agent()
    client.force_login(anna)

    client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"},
    )
    run_due_jobs()

    event = Event.objects.get(name="team.login_changed")
    assert event.payload == {"agent_id": anna.pk, "what": "password_changed"}
    assert [letter.to for letter in mail.outbox] == [[ANNA]]
    assert "Пароль от вашего входа изменён" in mail.outbox[0].body


# ── Letters ───────────────────────────────────────────────────────────────────────────────
def test_a_reset_letter_goes_to_a_known_agent_with_our_own_address(client: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://help.gorizont.example"
    settings.ALLOWED_HOSTS = ["*"]
    make_agent()

    client.post("/account/password/reset/", {"email": ANNA.upper()}, headers={"host": "evil.example"})
    run_due_jobs()

    (letter,) = mail.outbox
    assert letter.to == [ANNA]
    assert "https://help.gorizont.example/account/password/reset/key/" in letter.body
    assert "evil.example" not in f"{letter.body}{letter.subject}"
    assert Event.objects.filter(name="team.reset_asked").count() == 1


@pytest.mark.parametrize("email", ["eve@mail.example", "boris@gorizont.example"])
def test_a_stranger_and_who_has_left_get_no_letter_and_the_same_answer(client: Client, email: str) -> None:
    make_agent()
    gone = make_agent("Борис Орлов", "boris@gorizont.example")
    Agent.objects.filter(pk=gone.pk).update(is_active=False)

    known = client.post("/account/password/reset/", {"email": ANNA})
    unknown = client.post("/account/password/reset/", {"email": email})
    run_due_jobs()

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [letter.to for letter in mail.outbox] == [[ANNA]]


def test_a_flood_of_resets_is_not_a_flood_of_letters_and_locks_nobody_out(client: Client) -> None:
    anna = make_agent()
    for number in range(15):
        client.post("/account/password/reset/", {"email": ANNA}, REMOTE_ADDR=f"192.0.2.{number}")
    run_due_jobs()

    link = re.findall(r"/account/password/reset/key/\S+", str(mail.outbox[0].body))[0]
    page = Client().get(link, follow=True)

    assert len(mail.outbox) == 10
    assert page.status_code == 200
    assert b'name="password1"' in page.content
    assert anna.is_active


def test_reactions_may_run_twice() -> None:
    anna = make_agent()

    for _time in range(2):
        send_the_reset(ResetAsked(agent_id=anna.pk))
        tell_of_the_change(LoginChanged(agent_id=anna.pk, what="totp_deactivated"))

    assert len(mail.outbox) == 4
    assert {letter.to[0] for letter in mail.outbox} == {ANNA}


# ── The second factor ─────────────────────────────────────────────────────────────────────
SECRET = "JBSWY3DPEHPK3PXP"


def code_now(secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def test_the_key_of_an_authenticator_is_encrypted_and_its_codes_work(client: Client) -> None:
    anna = make_agent()
    TOTP.activate(anna, SECRET)

    assert SECRET not in str(Authenticator.objects.get().data)
    log_in(client)
    assert client.get("/desk/").status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": code_now()}).status_code == 302
    assert client.get("/desk/").status_code == 200


def test_a_key_survives_a_new_secret_key_while_the_old_one_is_kept(settings: Settings) -> None:
    locked = SecondFactors().encrypt(SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert SecondFactors().decrypt(locked) == SECRET

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Refusal) as refused:
        SecondFactors().decrypt(locked)
    assert refused.value.code == "second_factor_unreadable"


def test_a_key_cannot_be_read_with_the_key_of_another_purpose() -> None:
    with pytest.raises(Refusal) as refused:
        unlock_secret(lock_secret(SECRET), purpose="second-factor")
    assert refused.value.code == "secret_unreadable"


def test_keys_from_before_are_read_and_encrypted_by_the_migration() -> None:
    anna = make_agent()
    Authenticator.objects.create(user=anna, type="totp", data={"secret": SECRET})
    Authenticator.objects.create(user=anna, type="recovery_codes", data={"seed": "ab" * 40, "used_mask": 0})
    before = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    module = import_module("otklik.team.migrations.0004_second_factors_are_encrypted")

    for _time in range(2):
        module.change(apps, module.lock)

    assert SECRET not in str(Authenticator.objects.get(type="totp").data)
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_now())
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == before
    module.change(apps, module.unlock)
    assert Authenticator.objects.get(type="totp").data == {"secret": SECRET}


def test_who_knows_only_the_password_guesses_codes_slowly_and_does_not_lock_the_owner_out(client: Client) -> None:
    TOTP.activate(make_agent(), SECRET)
    log_in(client)
    client.post("/account/2fa/authenticate/", {"code": code_now()})
    client.post("/account/logout/")
    guesser = Client()
    log_in(guesser, address=ELSEWHERE)
    for _ in range(12):
        guesser.post("/account/2fa/authenticate/", {"code": "000000"}, REMOTE_ADDR=ELSEWHERE)
    Authenticator.objects.update(last_used_at=None)

    late = guesser.post("/account/2fa/authenticate/", {"code": code_now()}, REMOTE_ADDR=ELSEWHERE)

    assert late.status_code == 200
    assert Tally.objects.filter(count__gte=5).exists()


@pytest.fixture
def asked_for_a_second_factor() -> None:
    set_policy("security.require_second_factor", True)  # noqa: FBT003
    forget_everything()


@pytest.mark.usefixtures("asked_for_a_second_factor")
def test_without_the_second_factor_a_session_reaches_nothing_of_the_staff(client: Client) -> None:
    anna = make_agent()
    client.force_login(anna)
    article("Своим", slug="staff", audience=Audience.STAFF)
    scope = {"headers": [(b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode())], "query_string": b""}

    reached = {path: client.get(path).status_code for path in ("/desk/", "/desk/search?q=a", "/desk/palette?q=a")}

    assert set(reached.values()) == {302}
    assert client.get("/help/staff").status_code == 404
    assert listener_of(scope) is None
    TOTP.activate(anna, SECRET)
    assert client.get("/help/staff").status_code == 200
    assert listener_of(scope) is not None
