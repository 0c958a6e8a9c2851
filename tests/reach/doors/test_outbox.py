"""Letters out, handed to a real SMTP server that says what each test needs."""

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from otklik.cases.actions import reply
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.reach.actions import edit_inbox
from otklik.reach.actions.outbox import mind_the_outbox
from otklik.reach.adapters.compose import Outgoing, compose
from otklik.reach.adapters.delivering import DeliveryFailed, Letter
from otklik.reach.adapters.incoming import Address, IncomingFile
from otklik.reach.adapters.outbox_folder import forget_letters
from otklik.reach.adapters.smtp_out import deliver
from otklik.reach.models import Delivery, Inbox, Message
from otklik.ui.letters import House
from tests.building import IVAN, acting, arrive, fresh, letter, make_agent, make_inbox, run_jobs
from tests.mail_server import close
from tests.ports import free_port

pytestmark = pytest.mark.django_db


class Sink:
    """A mail server; ``answers`` by recipient, ``last_word`` after DATA."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[str], EmailMessage]] = []
        self.answers: dict[str, str] = {}
        self.last_word = "250 OK"
        self.hangs_up = False
        self.url = ""

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = cast(EmailMessage, message_from_bytes(envelope.original_content or b"", policy=policy.default))
        if self.last_word.startswith("250"):
            self.letters.append((str(envelope.mail_from), [str(one) for one in envelope.rcpt_tos], mail))
        if self.hangs_up and server.transport is not None:
            server.transport.abort()
        return self.last_word


@pytest.fixture
def sink() -> Iterator[Sink]:
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.port = free_port()
    controller.start()
    handler.url = f"smtp://127.0.0.1:{controller.port}"
    yield handler
    close(controller)


@pytest.fixture
def case(sink: Sink) -> Case:
    make_agent()
    inbox = make_inbox()
    arrive(letter(Message_ID="<first@mail.example>", Cc="Пётр <petr@mail.example>"))
    edit_inbox(inbox=inbox, actor=SYSTEM, changes={"smtp_url": sink.url})
    return Case.objects.get()


def answer(case: Case) -> Message:
    return reply(case=case, actor=acting(case.owner), text="Учебник едет.", recipients=None)


def states(message: Message) -> dict[str, str]:
    return dict(Delivery.objects.filter(message=message).values_list("address", "state"))


def hurry() -> None:
    """What waits for its next attempt becomes due."""
    Delivery.objects.filter(state="queued").update(next_at=timezone.now())
    assert ProcrastinateJob.objects.filter(status="todo", task_name="reach.deliver").exists()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    run_jobs()


def test_an_answer_goes_to_the_author_and_those_named(sink: Sink, case: Case) -> None:
    message = answer(case)
    run_jobs()

    (sender, recipients, mail) = sink.letters[-1]
    assert sender == "help@gorizont.example"
    assert recipients == [IVAN, "petr@mail.example"]
    assert mail["In-Reply-To"] == "<first@mail.example>"
    assert states(message) == {IVAN: "sent", "petr@mail.example": "sent"}


def test_one_of_two_is_refused_for_good(sink: Sink, case: Case) -> None:
    sink.answers["petr@mail.example"] = "550 5.1.1 No such user"

    message = answer(case)
    run_jobs()

    assert states(message) == {IVAN: "sent", "petr@mail.example": "failed"}
    assert len(sink.letters) == 1
    assert fresh(case).is_undelivered


def test_a_passing_refusal_is_tried_again_for_that_one_only(sink: Sink, case: Case) -> None:
    sink.answers["petr@mail.example"] = "451 4.7.1 Greylisted"
    message = answer(case)
    run_jobs()
    assert states(message) == {IVAN: "sent", "petr@mail.example": "queued"}

    sink.answers.clear()
    hurry()

    assert states(message)["petr@mail.example"] == "sent"
    assert [recipients for _sender, recipients, _mail in sink.letters] == [[IVAN], ["petr@mail.example"]]


def test_after_the_last_attempt_the_case_comes_back_undelivered(sink: Sink, case: Case) -> None:
    sink.last_word = "451 4.3.0 Not now"
    message = answer(case)
    run_jobs()
    Delivery.objects.filter(message=message).update(attempts=7)

    hurry()

    assert set(states(message).values()) == {"failed"}
    assert fresh(case).is_undelivered


def test_a_broken_connection_after_the_letter_is_doubted_once(
    sink: Sink, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    sink.hangs_up = True
    message = answer(case)
    run_jobs()
    assert "delivery_outcome_unknown" in caplog.text
    assert set(states(message).values()) == {"queued"}

    hurry()

    assert set(states(message).values()) == {"failed"}
    assert len(sink.letters) == 2


def test_killed_between_claim_and_record_is_tried_once_more(sink: Sink, case: Case) -> None:
    message = answer(case)
    Delivery.objects.filter(message=message).update(
        state="sending",
        attempts=1,
        claimed_at=timezone.now() - timedelta(minutes=11),
    )

    mind_the_outbox()
    hurry()

    assert set(states(message).values()) == {"sent"}
    assert len(sink.letters) == 1


def test_a_letter_whose_password_cannot_be_read_waits_until_it_can(sink: Sink, case: Case, settings: Settings) -> None:
    key = settings.SECRET_KEY
    edit_inbox(inbox=Inbox.objects.get(kind="email"), actor=SYSTEM, changes={"smtp_password": "sesame"})
    message = answer(case)

    settings.SECRET_KEY = "of another house " * 4
    run_jobs()
    assert set(Delivery.objects.filter(message=message).values_list("state", "last_error")) == {
        ("queued", "secret_unreadable")
    }

    settings.SECRET_KEY = key
    hurry()
    assert set(states(message).values()) == {"sent"}
    assert len(sink.letters) == 1


def test_a_name_that_never_ends_is_cut_and_the_letter_leaves(sink: Sink) -> None:
    make_agent()
    inbox = make_inbox()
    arrive(letter(From=f"{'и' * 300} <{IVAN}>", Cc=f"{'п' * 300} <petr@mail.example>"))
    edit_inbox(inbox=inbox, actor=SYSTEM, changes={"smtp_url": sink.url})

    message = answer(Case.objects.get())
    run_jobs()

    names = Delivery.objects.filter(message=message).order_by("id").values_list("name", "state")
    assert list(names) == [("и" * 200, "sent"), ("п" * 200, "sent")]


def test_a_wrong_password_of_ours_fails_no_letter() -> None:
    with pytest.raises(DeliveryFailed) as failed:
        deliver(
            Letter(content=b"x", sender="a@b.example", recipients=("c@d.example",)),
            url=f"smtp://127.0.0.1:{free_port()}",
            folder=Path(),
        )

    assert not failed.value.permanent


def test_the_folder_never_loses_a_letter(tmp_path: Path) -> None:
    same = Letter(content=b"Subject: x\r\n\r\ny", sender="a@b.example", recipients=("c@d.example",))

    for _time in range(5):
        deliver(same, url="", folder=tmp_path)

    assert len(list(tmp_path.glob("*.eml"))) == 5


def test_a_letter_that_left_to_the_copy_alone_is_forgotten_with_its_addressee(tmp_path: Path) -> None:
    to, copy = Address(email="Olga@Кафе.example", name="Козлова, Ольга"), Address(email="copy@mail.example")
    written = compose(
        Outgoing(
            message_id="one@desk.example", sender=Address(email="help@desk.example"), reply_to="", to=[to], cc=[copy],
            subject="Re: Учебник", words="To: other@mail.example", house=House(name="Горизонт"), at=timezone.now(),
        )
    )  # fmt: skip
    envelope = Letter(content=written, sender="help@desk.example", recipients=(copy.email,))
    deliver(envelope, url="", password="", folder=tmp_path)

    assert forget_letters(tmp_path, ["other@mail.example", ""]) == 0
    assert forget_letters(tmp_path, ["olga@кафе.example"]) == 1
    assert list(tmp_path.iterdir()) == []


def test_long_ids_odd_names_and_files_survive_the_wire() -> None:
    long_id = "x" * 150 + "@mail.example"
    raw = compose(
        Outgoing(
            message_id="answer.1@gorizont.example",
            sender=Address(email="help@gorizont.example", name="Анна «Мария» Смирнова, отдел заботы о клиентах"),
            reply_to="help+c1-000000000000@gorizont.example",
            to=[Address(email="ivan@почта.рф", name='Иван "Грозный", мл.')],
            subject="Re: Очень длинная тема письма, которая не помещается в одну строку, " * 3,
            words="Строка " + "ы" * 2000 + "\n.\nFrom here\n",
            house=House(name="Горизонт"),
            face=b"\x89PNG face",
            at=timezone.now(),
            in_reply_to=long_id,
            references=[long_id, "short@mail.example"],
            files=[
                IncomingFile(name="Счёт № 5 (копия).pdf", content_type="application/pdf", content=b"%PDF-"),
                IncomingFile(name="letter.eml", content_type="message/rfc822", content=b"Subject: x\r\n\r\ny"),
            ],
        )
    )

    mail = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert mail["References"].split() == [f"<{long_id}>", "<short@mail.example>"]
    name, charset = decode_header(str(message_from_bytes(raw)["From"]))[0]  # headerregistry reads long names wrongly
    assert bytes(name).decode(charset or "ascii") == "Анна «Мария» Смирнова, отдел заботы о клиентах"
    assert mail["To"].addresses[0].domain == "xn--80a1acny.xn--p1ai"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["Счёт № 5 (копия).pdf", "letter.eml"]
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "ы" * 2000 in plain.get_content()
    page = mail.get_body(("related", "html"))
    assert page is not None
    shown, face = page.iter_parts()
    assert (shown.get_content_type(), face["Content-ID"], face.get_content()) == (
        "text/html", "<face@otklik>", b"\x89PNG face",
    )  # fmt: skip
    assert "cid:face@otklik" not in shown.get_content()  # nobody speaks here


WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=300
).filter(str.split)


@given(name=WORDS, subject=WORDS, other=WORDS)
@example(name='Иван "Ваня" Козлов, мастер', subject="=?utf-8?q?=41?= as it stands", other="a" * 300)
@example(name="=?utf-8?q?=41?=", subject="b" * 900, other="O'Neil \\ <x@y.example>, z")
@example(name="(comment)", subject="Ответ 🎻 " * 40, other="имя " * 70)
def test_the_head_says_any_name_and_subject_on_short_lines(name: str, subject: str, other: str) -> None:
    people = [Address(email=IVAN, name=other), Address(email="olga@пример.example")]
    raw = compose(
        Outgoing(
            message_id="1@otklik.example",
            sender=Address(email="help@gorizont.example", name=name),
            reply_to="help+c1@gorizont.example",
            to=people,
            cc=people[:1],
            subject=subject,
            words="Здравствуйте!",
            house=House(name="Горизонт"),
            at=timezone.now(),
        )
    )

    head, _, _body = raw.partition(b"MIME-Version")
    mail = message_from_bytes(raw)  # headerregistry reads long names wrongly
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert head.isascii()
    assert _said(mail["From"]) == [(_plain(name), "help@gorizont.example")]
    assert _said(mail["To"]) == [(_plain(other), IVAN), ("", "olga@xn--e1afmkfd.example")]
    assert _said(mail["Cc"]) == [(_plain(other), IVAN)]
    assert _plain(str(make_header(decode_header(mail["Subject"])))) == _plain(subject)
    assert str(mail["Reply-To"]) == "help+c1@gorizont.example"


def _said(header: str) -> list[tuple[str, str]]:
    found = getaddresses([header])
    return [(_plain(str(make_header(decode_header(name)))), address) for name, address in found]


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_smtplib_agrees_that_the_sink_is_real(sink: Sink) -> None:
    with smtplib.SMTP("127.0.0.1", int(sink.url.rpartition(":")[2])) as server:
        server.sendmail("a@b.example", ["c@d.example"], b"Subject: x\r\n\r\ny")

    assert Inbox.objects.filter(kind="email").count() == 0
    assert len(sink.letters) == 1
