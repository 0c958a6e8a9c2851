"""An old mailbox is connected from a day on: what is older is left, or filed without a sound."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from otklik.cases.figures import team_figures
from otklik.cases.handlers import ensure_case
from otklik.cases.models import HISTORY, Alert, Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.reach.actions import edit_inbox
from otklik.reach.actions.keeping import keep_raw
from otklik.reach.dates import plausible
from otklik.reach.events import MessageReceived
from otklik.reach.models import Inbox, Message, RawMessage
from tests.building import acting, arrive, letter, make_agent, make_inbox, make_lead, run_jobs
from tests.dovecot import Dovecot, running_dovecot
from tests.reach.doors.test_imap import eventually, fetching, kept, mailbox

OLD = "Tue, 02 Jan 2024 10:00:00 +0300"
OLDER = "Mon, 01 Jan 2024 10:00:00 +0300"
OLD_MOMENT = datetime(2024, 1, 2, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture(autouse=True)
def empty_mailbox(dovecot: Dovecot) -> None:
    with dovecot.client("anna") as client:
        _kind, count = client.select("INBOX")
        if count != [b"0"]:
            client.store("1:*", "+FLAGS", r"(\Deleted)")
            client.expunge()


def today() -> str:
    return format_datetime(timezone.now() - timedelta(minutes=1))


def fill(dovecot: Dovecot) -> None:
    dovecot.put(letter("Давнее", Message_ID="<old@mail.example>", Date=OLD))
    dovecot.put(letter("Прочитанное", Message_ID="<read@mail.example>", Date=today()), flags=r"(\Seen)")
    dovecot.put(letter("Новое", Message_ID="<new@mail.example>", Date=today()))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("earlier", "count", "old"), [("leave", 2, 0), ("file", 3, 1)])
def test_the_first_look_takes_what_came_since_the_day(dovecot: Dovecot, earlier: str, count: int, old: int) -> None:
    inbox = mailbox(dovecot)
    edit_inbox(inbox=inbox, actor=SYSTEM, changes={"since": date(2026, 1, 1), "earlier": earlier})
    fill(dovecot)

    with fetching():
        eventually(lambda: bool(Inbox.objects.exclude(imap_state={}).filter(kind="email")))

    assert kept() == count
    assert RawMessage.objects.filter(is_history=True).count() == old
    assert [r"\Seen" in flags for flags in dovecot.flags()] == [bool(old), True, True]


@pytest.mark.django_db(transaction=True)
def test_another_day_has_the_mailbox_read_anew_and_nothing_comes_twice(dovecot: Dovecot) -> None:
    inbox = mailbox(dovecot)
    edit_inbox(inbox=inbox, actor=SYSTEM, changes={"since": date(2026, 1, 1), "earlier": "leave"})
    fill(dovecot)
    with fetching():
        eventually(lambda: kept() == 2)

    inbox.refresh_from_db()
    edit_inbox(inbox=inbox, actor=SYSTEM, changes={"since": date(2026, 1, 1), "earlier": "file"})
    with fetching():
        eventually(lambda: kept() == 3)

    assert RawMessage.objects.get(is_history=True).door == "imap"


def old_letter(text: str = "Где договор?", **headers: str) -> None:
    """It lay in the mailbox, and a worker takes it in."""
    row, _new = keep_raw(
        raw=letter(text, **{"Date": OLD} | headers), door="imap", inbox=Inbox.objects.get(kind="email")
    )
    RawMessage.objects.filter(pk=row.pk).update(is_history=True)
    run_jobs()


@pytest.mark.django_db
def test_history_is_a_closed_case_of_its_own_day_and_makes_no_sound() -> None:
    make_agent()
    lead = make_lead()
    make_inbox()

    old_letter(Date=OLDER, Message_ID="<one@mail.example>")
    old_letter("Ау?", In_Reply_To="<one@mail.example>", References="<one@mail.example>")

    case = Case.objects.get()
    assert (case.state, case.waits_for, case.due_at, case.deputy) == ("unconfirmed", "nobody", None, None)
    assert case.created_at == OLD_MOMENT - timedelta(days=1)
    assert case.closed_at == case.last_word_at == OLD_MOMENT
    assert case.custom == {HISTORY: True}
    assert [said.at for said in Message.objects.order_by("id")] == [case.created_at, OLD_MOMENT]
    assert not Message.objects.filter(direction="out").exists()
    assert not Alert.objects.exists()
    figures = team_figures(acting(lead), since=OLD_MOMENT - timedelta(days=9), now=timezone.now())
    assert (figures.share.unconfirmed, figures.load.open, figures.first_answer) == (0, 0, None)


@pytest.mark.django_db
def test_history_heard_twice_is_one_case() -> None:
    make_agent()
    make_inbox()
    old_letter()
    message = Message.objects.get()
    happened = MessageReceived(
        customer_id=message.conversation.customer_id, message_id=message.pk,
        conversation_id=message.conversation_id, is_new_conversation=True, is_history=True,
    )  # fmt: skip

    ensure_case(happened)
    ensure_case(happened)

    assert Case.objects.count() == 1
    assert not Message.objects.filter(direction="out").exists()


@pytest.mark.django_db
def test_a_new_word_goes_on_where_history_ended() -> None:
    make_agent()
    make_inbox()
    old_letter(Message_ID="<one@mail.example>")

    arrive(letter("И снова я", In_Reply_To="<one@mail.example>", References="<one@mail.example>"))

    case = Case.objects.get()
    assert (case.state, case.waits_for) == ("open", "us")
    assert (case.custom, case.came_back) == ({}, 0)
    assert case.due_at is not None
    assert case.due_at > timezone.now()


@pytest.mark.django_db
def test_an_old_word_stirs_no_case_of_today() -> None:
    make_agent()
    make_inbox()
    arrive(letter("Сегодня", Message_ID="<one@mail.example>"))
    before = Case.objects.values().get()

    old_letter(In_Reply_To="<one@mail.example>", References="<one@mail.example>")

    assert Case.objects.values().get() == before


@pytest.mark.django_db
def test_history_that_waited_for_the_first_agent_stays_history() -> None:
    make_inbox()
    old_letter()
    assert not Case.objects.exists()

    make_agent()
    run_jobs()

    assert Case.objects.get().state == "unconfirmed"
    assert not Message.objects.filter(direction="out").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (OLD, OLD_MOMENT),
        ("Tue, 02 Jan 2097 10:00:00 +0300", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("вчера", None),
    ],
)
def test_a_letter_shows_its_own_date_if_it_can_be_believed(written: str, shown: datetime | None) -> None:
    make_agent()

    arrive(letter(Date=written))

    message = Message.objects.get(direction="in")
    assert message.dated == (shown or message.at)
    assert timezone.now() - message.at < timedelta(minutes=5)
    assert Case.objects.get().first_answer_by > timezone.now() - timedelta(minutes=1)


def test_a_date_of_the_future_is_not_believed() -> None:
    assert plausible(timezone.now() + timedelta(minutes=1)) is None


@pytest.mark.django_db
def test_an_agent_may_not_choose_the_day() -> None:
    inbox = make_inbox()

    with pytest.raises(Refusal) as refused:
        edit_inbox(inbox=inbox, actor=acting(make_agent()), changes={"since": date(2026, 1, 1)})

    assert refused.value.code == "not_allowed"
