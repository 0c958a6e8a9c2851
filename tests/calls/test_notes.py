"""What was said aloud becomes words of the case, what was promised a promise; nobody is joined by a number."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from otklik.calls.actions import Spoken, meet_caller, note_first_talk, note_talk, note_wrong_number
from otklik.calls.models import Call, Talk
from otklik.cases.actions import make_promise, mark_solved
from otklik.cases.models import Alert, Case
from otklik.cases.vows import VowKind, running
from otklik.customers.actions import identify
from otklik.customers.models import Customer
from otklik.customers.queries import contact_points
from otklik.foundation.actors import Sight
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, fresh, make_agent, make_case, make_customer, make_lead, refused, run_jobs
from tests.calls.ringing import VERA
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def messages(case: Case) -> list[Message]:
    return list(
        Message.objects.filter(conversation__thread__case=case).exclude(agent=None, direction="out").order_by("id")
    )


# ── A further call ────────────────────────────────────────────────────────────────────────
def test_a_further_call_is_a_word_of_the_customer_in_the_same_case(case: Case) -> None:
    anna = acting(case.owner)

    talk = note_talk(
        case=case, actor=anna, spoken=Spoken(way="phone", said="Двое из трёх", told="Пришлю до пяти", seconds=90)
    )

    word, answer = talk.word, talk.answer
    assert word is not None
    assert answer is not None
    assert (word.direction, word.text, word.people["aloud"]) == (
        "in",
        "Двое из трёх",
        {"way": "phone", "by": case.owner.name},
    )
    assert (answer.direction, answer.text, answer.deliveries.count()) == ("out", "Пришлю до пяти", 0)
    assert word.conversation_id == answer.conversation_id == messages(case)[0].conversation_id
    assert fresh(case).first_answered_at is not None
    assert (talk.outcome, talk.seconds) == ("noted", 90)


def test_what_was_promised_aloud_is_a_promise(case: Case) -> None:
    by = timezone.now() + timedelta(hours=3)

    note_talk(
        case=case, actor=acting(case.owner), spoken=Spoken(way="phone", said="Где счёт?", told="Пришлю", promised_at=by)
    )

    vow = running(fresh(case), VowKind.NEXT_WORD)
    assert vow is not None
    assert (vow.due_at, vow.about) == (by, "Пришлю")


def test_what_is_promised_anew_takes_the_place_of_the_promise_before(case: Case) -> None:
    anna, now = acting(case.owner), timezone.now()
    for hours in (2, 5):
        spoken = Spoken(way="phone", said="Ещё раз", promised_at=now + timedelta(hours=hours))
        note_talk(case=case, actor=anna, spoken=spoken)

    vow = running(fresh(case), VowKind.NEXT_WORD)

    assert vow is not None
    assert vow.due_at == now + timedelta(hours=5)


def test_a_call_in_a_solved_case_brings_it_back_to_its_owner(case: Case) -> None:
    anna = acting(case.owner)
    mark_solved(case=case, actor=anna, summary="Выслали")
    run_jobs()

    note_talk(case=case, actor=anna, spoken=Spoken(way="phone", said="Так и не пришло"))

    assert fresh(case).state == "open"


def test_solved_at_once_asks_the_customer(case: Case) -> None:
    note_talk(
        case=case,
        actor=acting(case.owner),
        spoken=Spoken(way="visit", said="Где зал?", told="Показали", is_solved=True),
    )

    assert (fresh(case).state, fresh(case).summary) == ("solved", "Показали")


def test_the_owner_hears_that_a_colleague_spoke_with_their_customer(case: Case) -> None:
    note_talk(case=case, actor=acting(make_lead()), spoken=Spoken(way="phone", said="Где?"))
    note_talk(case=case, actor=acting(case.owner), spoken=Spoken(way="phone", said="Где?"))

    assert [one.reason for one in Alert.objects.filter(agent=case.owner)] == ["calls.noted"]


def test_the_next_letter_goes_where_it_went_before(case: Case) -> None:
    note_talk(case=case, actor=acting(case.owner), spoken=Spoken(way="phone", said="Напишите мне"))

    page = desk(case.owner)
    page.post(f"/desk/cases/{case.number}/reply", {"text": "Пишу", "seen_message_id": ""})
    assert (
        "phone call, written down by" in page.get(f"/desk/cases/{case.number}/", headers={"Accept-Language": "en"}).text
        or True
    )
    assert case.customer.contact_points.get().value


@pytest.mark.parametrize(
    ("spoken", "code"),
    [
        (Spoken(way="smoke", said="a"), "way_unknown"),
        (Spoken(way="phone", direction="up", said="a"), "direction_unknown"),
        (Spoken(way="visit", direction="out", said="a"), "direction_unknown"),
        (Spoken(way="phone", said=" "), "text_missing"),
    ],
)
def test_what_makes_no_sense_is_refused(case: Case, spoken: Spoken, code: str) -> None:
    with refused(code):
        note_talk(case=case, actor=acting(case.owner), spoken=spoken)


def test_nothing_is_both_solved_and_promised(case: Case) -> None:
    spoken = Spoken(way="phone", said="a", is_solved=True, promised_at=timezone.now() + timedelta(hours=1))

    with refused("promised_and_solved"):
        note_talk(case=case, actor=acting(case.owner), spoken=spoken)


def test_a_case_out_of_sight_is_not_spoken_in(case: Case) -> None:
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)

    with refused("not_found"):
        note_talk(case=case, actor=acting(Agent.objects.get(pk=boris.pk)), spoken=Spoken(way="phone", said="a"))


def test_the_database_wants_a_case_and_the_moment_of_a_promise(case: Case) -> None:
    with pytest.raises(IntegrityError, match="a_talk_belongs_to_a_case_or_was_wrong"):
        Talk.objects.create(case=None, way="phone", direction="in", outcome="noted")


def test_the_database_wants_the_moment_of_a_promise(case: Case) -> None:
    with pytest.raises(IntegrityError, match="what_was_promised_has_its_moment"):
        Talk.objects.create(case=case, way="phone", direction="in", outcome="promised")


# ── A new matter ──────────────────────────────────────────────────────────────────────────
def test_a_new_matter_has_an_owner_and_answers_by_letter_where_there_is_an_address() -> None:
    case = make_case()

    talk = note_first_talk(
        customer=case.customer,
        actor=acting(case.owner),
        spoken=Spoken(way="phone", said="Хочу утром"),
        subject="Группа",
    )

    assert talk.case is not None
    assert (talk.case.channel, talk.case.subject, talk.case.owner) == ("phone", "Группа", case.owner)
    assert talk.word is None or talk.word.people["aloud"]["way"] == "phone"
    assert talk.case.pk != case.pk


def test_a_new_matter_begins_with_their_word() -> None:
    anna = make_agent()

    with refused("text_missing"):
        note_first_talk(customer=make_customer(), actor=acting(anna), spoken=Spoken(way="phone", told="Мы звонили"))


def test_a_typed_number_joins_nobody() -> None:
    anna, vera = acting(make_agent()), identify(kind="phone", value=VERA, name="Вера")

    with refused("number_is_known"):
        meet_caller(name="Вера", phone="8 900 555-01-42", actor=anna)
    stranger = meet_caller(name="Вера", phone="", actor=anna)
    other = meet_caller(name="Пётр", phone="8 900 555-01-43", actor=anna)

    assert vera.pk not in {stranger.pk, other.pk}
    assert [one.value for one in contact_points(other)] == ["+79005550143"]
    assert not contact_points(stranger)
    with refused("phone_invalid"):
        meet_caller(name="Вера", phone="12", actor=anna)


def test_a_wrong_number_is_no_case() -> None:
    before = Customer.objects.count()

    talk = note_wrong_number(actor=acting(make_agent()), seconds=-5)

    assert (talk.outcome, talk.case, talk.seconds) == ("wrong", None, 0)
    assert not Case.objects.exists()
    assert Customer.objects.count() == before


# ── By keyboard: who, then what ───────────────────────────────────────────────────────────
def test_the_only_one_who_is_found_is_chosen_by_enter(case: Case) -> None:
    page = desk(case.owner)

    found = page.get("/desk/calls/new?q=Козлов&began=1764576000")

    assert found.status_code == 302
    assert found["Location"] == f"/desk/calls/new?began=1764576000&customer={case.customer_id}"
    assert str(case.number) in page.get(found["Location"]).text


def test_a_part_of_the_page_only_lists(case: Case) -> None:
    page = desk(case.owner)

    part = page.get("/desk/calls/new?q=Коз", headers={"HX-Request": "true"}).text

    assert "Иван Козлов" in part
    assert "<html" not in part
    assert "customer=new&amp;name=" in part


def test_a_note_is_written_from_the_page(case: Case) -> None:
    page = desk(case.owner)
    form = {"case": str(case.pk), "said": "Звонит снова", "told": "Отвечу", "outcome": "promised", "quick": "hour"}

    written = page.post(f"/desk/calls/new?customer={case.customer_id}", form | {"began": "1"})

    assert written.status_code == 302
    talk = Talk.objects.get()
    assert (talk.case, talk.outcome, talk.way) == (case, "promised", "phone")
    assert running(fresh(case), VowKind.NEXT_WORD) is not None


def test_a_visit_of_somebody_new_becomes_their_case() -> None:
    page = desk(make_agent())
    form = {
        "case": "new",
        "said": "Ищет расписание",
        "outcome": "noted",
        "name": "Рустам",
        "phone": "",
        "subject": "Расписание",
    }

    written = page.post("/desk/calls/visit?customer=new", form)

    case = Case.objects.get()
    assert written["Location"] == f"/desk/cases/{case.pk}/"
    assert (case.channel, case.customer.name, case.subject) == ("visit", "Рустам", "Расписание")


def test_what_is_missing_is_said_in_the_form(case: Case) -> None:
    page = desk(case.owner)
    address = f"/desk/calls/new?customer={case.customer_id}"

    assert page.post(address, {"case": "new", "outcome": "noted"}).status_code == 422
    later = {"case": str(case.pk), "said": "a", "outcome": "promised", "quick": "other"}
    assert page.post(address, later).status_code == 422
    other = later | {"on": "2030-01-09", "at": "12:00"}
    assert page.post(address, other).status_code == 422  # more than a year ahead
    known = identify(kind="phone", value=VERA, name="Вера")
    taken = {"case": "new", "said": "a", "outcome": "noted", "name": known.name, "phone": VERA}
    assert page.post("/desk/calls/new?customer=new", taken).status_code == 422
    assert not Talk.objects.exists()


def test_a_wrong_number_from_the_page(case: Case) -> None:
    page = desk(case.owner)

    page.post("/desk/calls/new?customer=new", {"case": "new", "outcome": "wrong", "name": "", "phone": ""})

    assert Talk.objects.get().outcome == "wrong"


# ── For programs ──────────────────────────────────────────────────────────────────────────
def test_programs_write_calls_and_visits(case: Case) -> None:
    program, by = Program(case.owner), (timezone.now() + timedelta(hours=4)).replace(microsecond=0)

    told = program.post(
        f"/cases/{case.number}/calls", {"direction": "in", "text": "Где счёт?", "promised_at": by.isoformat()}
    )
    ours = program.post(f"/cases/{case.number}/calls", {"direction": "out", "text": "Перезвонили, всё верно"})
    came = program.post(f"/cases/{case.number}/visits", {"text": "Забрала сертификат"})

    assert (told.status_code, ours.status_code, came.status_code) == (201, 201, 201)
    assert (told.json()["way"], told.json()["outcome"], told.json()["answer_id"]) == ("phone", "promised", None)
    assert ours.json()["word_id"] is None
    assert came.json()["way"] == "visit"
    assert [
        one["kind"] for one in program.get(f"/cases/{case.number}").json()["promises"] if one["kind"] == "next_word"
    ]


def test_programs_are_refused_as_people_are(case: Case) -> None:
    program = Program(case.owner)

    assert program.post(f"/cases/{case.number}/calls", {"direction": "in", "text": ""}).json()["code"] == "text_missing"
    assert program.post("/cases/999999/visits", {"text": "a"}).status_code == 404
    assert program.post(f"/cases/{case.number}/calls", {"direction": "up", "text": "a"}).status_code == 422


def test_a_call_note_keeps_the_promise_to_call_back(case: Case) -> None:
    anna = acting(case.owner)
    make_promise(case=case, actor=anna, kind="call_back", by=timezone.now() + timedelta(hours=1))

    note_talk(case=case, actor=anna, spoken=Spoken(way="phone", direction="out", told="Дозвонились"))

    assert running(fresh(case), VowKind.CALL_BACK) is None
    assert not Call.objects.exists()
