"""What comes by mail: once, to the right case, from the right person, and never round in a circle."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.utils import timezone
from psycopg.errors import ProgramLimitExceeded

from otklik.cases.actions import mark_solved, reply
from otklik.cases.models import Alert, Case
from otklik.customers.models import Customer
from otklik.reach.actions import intake, keep_raw
from otklik.reach.actions.intake import take_in_all
from otklik.reach.models import Delivery, GateRefusal, Message, RawMessage
from tests.building import (
    HELP,
    IVAN,
    acting,
    arrive,
    fresh,
    letter,
    make_agent,
    make_inbox,
    make_lead,
    outbox,
    run_jobs,
)
from tests.together import locks

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@relay.example
To: help@gorizont.example
Subject: Undelivered
Message-ID: <report.{status}@relay.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <{about}>
Subject: Re

--b--
"""


def incoming() -> int:
    return Message.objects.filter(direction="in").count()


def open_case(**headers: str) -> Case:
    make_agent()
    make_lead()
    arrive(letter(Message_ID="<first@mail.example>", **headers))
    return Case.objects.get()


def last_out() -> Message:
    return Message.objects.filter(direction="out").latest("id")


# ── Exactly once ──────────────────────────────────────────────────────────────────────────
def test_one_letter_to_two_inboxes_is_one_message_that_knows_both() -> None:
    make_agent()
    sales = make_inbox("sales@gorizont.example")
    one = letter(Message_ID="<same@mail.example>")
    arrive(one, inbox=make_inbox())

    arrive(b"Received: by another door\r\n" + one, inbox=sales)

    assert Case.objects.count() == 1
    assert Message.objects.get(direction="in").people["also_to"] == ["sales@gorizont.example"]


def test_one_letter_that_comes_again_and_again_names_each_inbox_once() -> None:
    make_agent()
    first, sales = make_inbox(), make_inbox("sales@gorizont.example")
    one = letter(Message_ID="<same@mail.example>")

    for number, inbox in enumerate((first, first, sales, sales)):
        arrive(f"Received: by door {number}\r\n".encode() + one, inbox=inbox)

    assert Message.objects.get(direction="in").people["also_to"] == ["sales@gorizont.example"]


def test_a_message_id_of_another_letter_swallows_nothing() -> None:
    open_case()

    arrive(letter("Совсем другое письмо", Message_ID="<first@mail.example>", From="thief@bad.example"))
    arrive(letter("И ещё одно от Ивана", Message_ID="<first@mail.example>"))

    assert incoming() == 3
    assert len(set(Message.objects.values_list("external_id", flat=True))) == Message.objects.count()


@pytest.mark.parametrize("state", ["waiting", "received"])
def test_the_same_bytes_twice_are_kept_once(state: str) -> None:
    make_agent()
    first = arrive(letter(), run=state == "received")

    again, is_new = keep_raw(raw=letter(), door="imap", inbox=None, envelope_to=["sales@gorizont.example"])
    run_jobs()

    assert (again.pk, is_new) == (first.pk, False)
    assert incoming() == 1


# ── Whose word it is ──────────────────────────────────────────────────────────────────────
def test_a_strangers_reply_is_kept_but_moves_nothing() -> None:
    case = open_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово.")
    run_jobs()
    before = len(outbox())

    arrive(letter("Я коллега Ивана", From="petr@other.example", References="<first@mail.example>"))

    message = Message.objects.filter(direction="in").latest("id")
    assert message.conversation.thread.case_id == case.pk
    assert not message.is_sender_verified
    assert fresh(case).state == Case.State.SOLVED
    assert len(outbox()) == before
    assert Alert.objects.filter(case=case, agent=case.owner, reason="stranger").exists()


def test_a_subject_alone_joins_nobody() -> None:
    open_case()

    arrive(letter("Другое дело", Message_ID="<other@mail.example>", Subject="Re: Не пришёл учебник"))

    assert Case.objects.count() == 2


def test_a_failing_sender_is_not_the_customer_they_claim_to_be(settings: LazySettings) -> None:
    settings.TRUSTED_MAIL_HOSTS = ["mx.gorizont.example"]
    case = open_case()

    forged = "mx.gorizont.example; dmarc=fail header.from=mail.example; spf=fail"
    arrive(letter("Смените пароль", Message_ID="<forged@mail.example>", Authentication_Results=forged))

    other = Case.objects.exclude(pk=case.pk).get()
    assert other.customer != case.customer
    assert not Message.objects.filter(conversation__thread__case=other, direction="out").exists()


def test_an_address_that_nobody_could_write_to_is_somebody_all_the_same() -> None:
    make_agent()

    arrive(letter("Диск полон", From="root@localhost.localdomain1_"))

    assert incoming() == 1


def test_a_letter_that_bears_our_own_address_waits_for_a_person() -> None:
    make_agent()
    make_inbox()

    row = arrive(letter("С сайта", From=HELP))

    row.refresh_from_db()
    assert (row.state, row.held_reason) == ("held", "from_ourselves")


def test_our_own_letter_that_comes_home_is_known() -> None:
    open_case()

    row = arrive(letter("Ваше обращение", From=HELP, Message_ID=f"<{last_out().external_id}>"))

    row.refresh_from_db()
    assert row.state == "double"


# ── No circles ────────────────────────────────────────────────────────────────────────────
def test_two_copies_of_otklik_stop_within_three_messages() -> None:
    make_agent()
    make_inbox()
    theirs = "help@another.example"

    arrive(letter("Пишет человек", From=theirs, Message_ID="<1@another.example>"))
    acknowledgement = last_out()
    assert acknowledgement.purpose == "acknowledgement"
    arrive(  # the other copy takes our acknowledgement for a new matter and acknowledges it as we would
        letter(
            "Мы получили ваше письмо",
            From=theirs,
            Message_ID="<acknowledgement.1@another.example>",
            In_Reply_To=f"<{acknowledgement.external_id}>",
            Auto_Submitted="auto-replied",
        )
    )

    assert Message.objects.filter(direction="out").count() == 1
    assert incoming() == 2


def test_an_absence_notice_reopens_nothing_and_is_not_answered() -> None:
    case = open_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово.")
    run_jobs()
    before = len(outbox())

    arrive(letter("Я в отпуске", Subject="Автоответ: Re", In_Reply_To=f"<{last_out().external_id}>"))

    assert fresh(case).state == Case.State.SOLVED
    assert len(outbox()) == before


def test_an_address_is_acknowledged_three_times_an_hour() -> None:
    make_agent()

    for number in range(5):
        arrive(letter(f"Вопрос {number}", Message_ID=f"<{number}@mail.example>", Subject=f"Вопрос {number}"))

    assert Message.objects.filter(purpose="acknowledgement").count() == 3
    assert GateRefusal.objects.filter(step="acknowledgement_cap").count() == 2
    assert Case.objects.count() == 5


# ── Reports ───────────────────────────────────────────────────────────────────────────────
def report(about: str, *, address: str = IVAN, action: str = "failed", status: str = "5.1.1") -> bytes:
    return REPORT.format(about=about, address=address, action=action, status=status).encode()


def test_a_hard_report_marks_address_letter_and_case() -> None:
    case = open_case()
    message = reply(case=case, actor=acting(case.owner), text="Учебник едет.")
    run_jobs()

    arrive(report(message.external_id))

    assert Delivery.objects.get(message=message).state == "bounced"
    assert case.customer.contact_points.get().bounce == "hard"
    assert fresh(case).is_undelivered
    assert Message.objects.get(automatic_because="bounce").conversation == message.conversation
    assert Case.objects.count() == 1


def test_a_soft_report_is_attached_and_no_more() -> None:
    case = open_case()
    message = reply(case=case, actor=acting(case.owner), text="Учебник едет.")
    run_jobs()

    arrive(report(message.external_id, action="delayed", status="4.2.2"))

    assert Delivery.objects.get(message=message).state == "sent"
    assert not fresh(case).is_undelivered
    assert case.customer.contact_points.get().bounce == "soft"


def test_a_report_without_our_id_marks_the_letter_but_not_the_address() -> None:
    case = open_case()
    reply(case=case, actor=acting(case.owner), text="Учебник едет.")
    run_jobs()

    arrive(report("unknown@relay.example"))

    assert fresh(case).is_undelivered
    assert case.customer.contact_points.get().bounce == ""


@pytest.mark.parametrize("state", ["queued", "failed", "cancelled"])
def test_a_report_without_our_id_is_not_about_a_letter_that_never_left(state: str) -> None:
    case = open_case()
    reply(case=case, actor=acting(case.owner), text="Учебник едет.")
    run_jobs()
    Delivery.objects.update(state=state)

    arrive(report("unknown@relay.example"))

    assert not fresh(case).is_undelivered
    assert RawMessage.objects.latest("id").held_reason == "bounce_of_unknown_letter"


def test_a_report_without_our_id_is_not_about_a_letter_of_last_week() -> None:
    case = open_case()
    reply(case=case, actor=acting(case.owner), text="Учебник едет.")
    run_jobs()
    Delivery.objects.update(sent_at=timezone.now() - timedelta(days=8))

    arrive(report("unknown@relay.example"))

    assert not fresh(case).is_undelivered
    assert RawMessage.objects.latest("id").held_reason == "bounce_of_unknown_letter"


def test_a_report_about_nothing_of_ours_is_held() -> None:
    make_agent()
    make_inbox()

    row = arrive(report("unknown@relay.example"))

    row.refresh_from_db()
    assert row.held_reason == "bounce_of_unknown_letter"


def test_no_automatic_letter_goes_to_an_address_that_is_dead() -> None:
    case = open_case()
    message = reply(case=case, actor=acting(case.owner), text="Учебник едет.")
    run_jobs()
    arrive(report(message.external_id))
    before = len(outbox())

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Готово.")
    run_jobs()

    assert len(outbox()) == before
    assert GateRefusal.objects.filter(step="hard_bounce").exists()


# ── Trouble ───────────────────────────────────────────────────────────────────────────────
def test_a_letter_that_cannot_be_stored_is_held_and_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    make_agent()
    make_inbox()
    poison = arrive(letter("\u2620", Message_ID="<poison@mail.example>"), run=False)
    good = arrive(letter("Обычное", Message_ID="<good@mail.example>"), run=False)
    RawMessage.objects.filter(pk=poison.pk).update(body=b"not zlib")

    for _time in range(5):
        take_in_all(raw_ids=[poison.pk, good.pk])

    poison.refresh_from_db()
    assert (poison.state, poison.held_reason) == ("held", "cannot_be_stored")
    assert incoming() == 1


def test_a_text_of_a_million_different_words_is_taken_in_like_any_other() -> None:
    make_agent()
    make_inbox()
    flood = " ".join(f"ы{number:x}{'щ' * 40}" for number in range(20_000))
    heavy = arrive(letter(flood, Message_ID="<heavy@mail.example>"), run=False)
    good = arrive(letter("Обычное", Message_ID="<good@mail.example>"), run=False)

    take_in_all(raw_ids=[heavy.pk, good.pk])

    assert set(RawMessage.objects.values_list("state", flat=True)) == {"received"}
    assert incoming() == 2


def test_only_the_letter_that_is_tried_counts_an_attempt() -> None:
    make_agent()
    make_inbox()
    rows = [arrive(letter(f"{n}", Message_ID=f"<{n}@mail.example>"), run=False) for n in range(3)]
    RawMessage.objects.filter(pk=rows[0].pk).update(attempts=1)

    with _failing_at(rows[1].pk, OperationalError()), pytest.raises(OperationalError):
        take_in_all(raw_ids=[row.pk for row in rows])

    states = RawMessage.objects.order_by("pk").values_list("state", "attempts")
    assert list(states) == [("waiting", 1), ("waiting", 1), ("waiting", 0)]


def test_a_letter_that_the_database_refuses_stops_nobody_but_itself() -> None:
    make_agent()
    make_inbox()
    rows = [arrive(letter(f"{n}", Message_ID=f"<{n}@mail.example>"), run=False) for n in range(3)]
    refused = OperationalError()
    refused.__cause__ = ProgramLimitExceeded()

    with _failing_at(rows[0].pk, refused):
        take_in_all(raw_ids=[row.pk for row in rows])

    states = RawMessage.objects.order_by("pk").values_list("state", "attempts")
    assert list(states) == [("waiting", 1), ("received", 1), ("received", 1)]


def test_a_letter_that_was_tried_before_waits_until_the_new_ones_are_in() -> None:
    make_agent()
    make_inbox()
    rows = [arrive(letter(f"{n}", Message_ID=f"<{n}@mail.example>"), run=False) for n in range(2)]
    RawMessage.objects.filter(pk=rows[0].pk).update(attempts=2)

    with _failing_at(rows[0].pk, OperationalError()), pytest.raises(OperationalError):
        take_in_all(raw_ids=[row.pk for row in rows])

    assert RawMessage.objects.filter(pk=rows[1].pk, state="received").exists()


@contextmanager
def _failing_at(raw_id: int, error: Exception) -> Iterator[None]:
    def take_in(*, raw_id: int, wanted: int = raw_id) -> None:
        if raw_id == wanted:
            raise error
        really(raw_id=raw_id)

    really = intake.take_in
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "take_in", take_in)
        yield


# ── At once ───────────────────────────────────────────────────────────────────────────────
@locks("reach.actions.intake.take_in", "reach.actions.intake.take_in_all")
@pytest.mark.django_db(transaction=True)
def test_the_same_letter_at_two_doors_in_the_same_moment_is_one_message() -> None:
    make_agent()
    inbox = make_inbox()
    one = letter(Message_ID="<same@mail.example>")
    rows = [keep_raw(raw=b"X-Door: %d\r\n" % door + one, door="smtp", inbox=inbox)[0] for door in range(6)]

    _at_once([[row.pk] for row in rows])
    run_jobs()

    assert incoming() == 1
    assert Case.objects.count() == 1
    assert RawMessage.objects.filter(state="double").count() == 5


@locks("reach.actions.receiving.receive")
@pytest.mark.django_db(transaction=True)
def test_a_new_sender_who_writes_five_letters_at_once_is_one_customer() -> None:
    make_agent()
    inbox = make_inbox()
    rows = [
        keep_raw(raw=letter(f"{number}", Message_ID=f"<{number}@mail.example>"), door="smtp", inbox=inbox)[0]
        for number in range(5)
    ]

    _at_once([[row.pk] for row in rows])
    run_jobs()

    assert incoming() == 5
    assert Customer.objects.count() == 1


def _at_once(batches: list[list[int]]) -> None:
    barrier = Barrier(len(batches))

    def work(raw_ids: list[int]) -> None:
        barrier.wait()
        take_in_all(raw_ids=raw_ids)
        connection.close()

    threads = [Thread(target=work, args=(raw_ids,)) for raw_ids in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_a_letter_remembers_whose_box_it_came_to() -> None:
    inbox = make_inbox()

    row, is_new = keep_raw(raw=letter(), door="imap", inbox=inbox)

    assert (row.inbox, is_new) == (inbox, True)
