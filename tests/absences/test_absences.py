"""An absence that is known before: nothing that falls due in it is forgotten in silence."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.absences.actions import (
    UNCHECKED,
    cancel_absence,
    forget_reasons,
    leave_it,
    mind_absences,
    move_it,
    pass_on,
    plan_absence,
)
from otklik.absences.clock import look_at_absences
from otklik.absences.models import Absence, Check
from otklik.absences.queries import absences, falling, falling_in, kept_of
from otklik.cases.actions import keep_vow, make_promise, reply
from otklik.cases.models import Alert, Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.manifest import Person
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.team.actions import come_back
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, fresh, make_agent, make_case, make_lead, refused, run_jobs
from tests.desk.test_knowledge import text
from tests.desk.visiting import desk
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def igor() -> Agent:
    return make_agent("Игорь Лыткин", "igor@gorizont.example")


@pytest.fixture
def case(anna: Agent) -> Case:
    """Answered, so that only what people promise falls due."""
    case = make_case(owner=anna, text="Заказ № 10482 не пришёл")
    reply(case=case, actor=acting(anna), text="Пришлите, пожалуйста, фото")
    run_jobs()
    return fresh(case)


def away(agent: Agent, *, days: tuple[int, int] = (2, 9), deputy: Agent | None = None) -> Absence:
    start, end = (timezone.now() + DAY * one for one in days)
    return plan_absence(agent=agent, starts_at=start, ends_at=end, deputy=deputy, about="Отпуск", actor=acting(agent))


def promise(case: Case, *, days: float = 3, kind: str = "call_back") -> None:
    by = timezone.now() + DAY * days
    make_promise(case=fresh(case), actor=acting(case.owner), kind=kind, by=by, about="про курьера")


def kinds(absence: Absence) -> list[tuple[int, str]]:
    return [one.key for one in falling(absence)]


# ── Planned ───────────────────────────────────────────────────────────────────────────────
def test_everybody_plans_their_own_and_a_lead_anybodys(anna: Agent, igor: Agent) -> None:
    away(anna, deputy=igor)
    lead = make_lead()
    with refused("not_allowed"):
        plan_absence(agent=anna, starts_at=timezone.now(), ends_at=timezone.now() + DAY, actor=acting(igor))
    start = timezone.now() + DAY * 20

    plan_absence(agent=anna, starts_at=start, ends_at=start + DAY, actor=acting(lead))

    planned = Event.objects.filter(name="absences.planned").order_by("id")
    assert list(planned.values_list("actor_id", flat=True)) == [anna.pk, lead.pk]
    assert [absences(acting(one)).count() for one in (anna, igor, lead)] == [2, 1, 2]


def test_what_cannot_be_is_refused(anna: Agent) -> None:
    absence, now = away(anna), timezone.now()

    with refused("absence_invalid"):
        plan_absence(agent=anna, starts_at=now + DAY, ends_at=now + DAY, actor=acting(anna))
    with refused("absence_invalid"):
        plan_absence(agent=anna, starts_at=now - DAY * 2, ends_at=now - DAY, actor=acting(anna))
    with refused("deputy_is_self"):
        plan_absence(agent=anna, starts_at=now + DAY * 30, ends_at=now + DAY * 31, deputy=anna, actor=acting(anna))
    with refused("absence_overlaps"):
        plan_absence(agent=anna, starts_at=now + DAY * 8, ends_at=now + DAY * 10, actor=acting(anna))

    cancel_absence(absence=absence, actor=acting(anna))
    plan_absence(agent=anna, starts_at=now + DAY * 8, ends_at=now + DAY * 10, actor=acting(anna))
    assert Absence.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"ends_at": datetime.fromisoformat("2020-01-01T00:00Z")}, "an_absence_ends_after_it_begins"),
        ({"deputy": "agent"}, "nobody_answers_for_themselves"),
        ({"begun_at": timezone.now(), "cancelled_at": timezone.now()}, "what_has_begun_is_not_called_off"),
    ],
)
def test_the_database_says_no(anna: Agent, values: dict[str, object], name: str) -> None:
    away(anna)
    values = {key: anna if value == "agent" else value for key, value in values.items()}

    with pytest.raises(IntegrityError, match=name):
        Absence.objects.update(**values)


@pytest.mark.parametrize(
    ("decision", "name"),
    [
        ("left", "what_is_left_has_a_reason"),
        ("passed", "what_is_passed_has_a_taker"),
        ("moved", "what_is_moved_has_its_moment"),
    ],
)
def test_a_decision_is_whole(case: Case, decision: str, name: str) -> None:
    absence = away(case.owner)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Check.objects.create(absence=absence, case=case, kind="visit", due_at=timezone.now(), decision=decision)


# ── What falls due ────────────────────────────────────────────────────────────────────────
def test_only_what_falls_due_within_it_is_on_the_list(case: Case) -> None:
    absence = away(case.owner)
    unanswered = make_case(owner=case.owner)
    Case.objects.filter(pk=unanswered.pk).update(
        first_answer_by=absence.starts_at, solution_by=absence.ends_at - timedelta(minutes=1)
    )
    promise(case, days=3)
    promise(case, days=1, kind="visit")
    late = make_case(owner=case.owner)
    Case.objects.filter(pk=late.pk).update(first_answer_by=absence.ends_at, solution_by=absence.ends_at)

    assert kinds(absence) == [
        (unanswered.pk, "first_answer"), (case.pk, "call_back"), (unanswered.pk, "solution"),
    ]  # fmt: skip
    assert [one.is_movable for one in falling(absence)] == [False, True, False]
    keep_vow(case=fresh(case), actor=acting(case.owner), kind="call_back")
    assert (case.pk, "call_back") not in kinds(absence)


def test_many_absences_are_asked_about_at_once(case: Case, igor: Agent) -> None:
    rows = [away(case.owner), away(case.owner, days=(20, 30)), away(igor)]
    promise(case)
    falling_in(rows)

    with CaptureQueriesContext(connection) as asked:
        found = falling_in(rows)

    assert len(asked) == 2
    assert {pk: len(one) for pk, one in found.items()} == {rows[0].pk: 1, rows[1].pk: 0, rows[2].pk: 0}


# ── Decided ───────────────────────────────────────────────────────────────────────────────
def test_passed_on_with_a_word_all_of_the_case_goes(case: Case, igor: Agent) -> None:
    absence, anna = away(case.owner, deputy=igor), case.owner
    promise(case)
    promise(case, kind="visit", days=4)

    with refused("summary_missing"):
        pass_on(absence=absence, number=case.pk, kind="visit", to=igor, summary=" ", actor=acting(anna))
    pass_on(absence=absence, number=case.pk, kind="visit", to=igor, summary="Всё сказано", actor=acting(anna))

    assert (fresh(case).owner, kinds(absence)) == (igor, [])
    assert Message.objects.get(direction="note").text == "Всё сказано"
    assert set(Check.objects.values_list("kind", "decision", "to", "by")) == {
        ("call_back", "passed", igor.pk, anna.pk), ("visit", "passed", igor.pk, anna.pk),
    }  # fmt: skip
    told = Event.objects.filter(name="absences.checked", case_id=case.pk)
    assert {(one.payload["kind"], one.payload["decision"]) for one in told} == {
        ("call_back", "passed"), ("visit", "passed"),
    }  # fmt: skip


def test_what_a_person_promised_is_moved_what_the_standard_does_is_not(case: Case) -> None:
    absence, actor = away(case.owner), acting(case.owner)
    other = make_case(owner=case.owner)
    Case.objects.filter(pk=other.pk).update(first_answer_by=absence.starts_at)
    promise(case)
    later = absence.ends_at + DAY

    move_it(absence=absence, number=case.pk, kind="call_back", by=later, actor=actor)
    with refused("not_movable"):
        move_it(absence=absence, number=other.pk, kind="first_answer", by=later, actor=actor)
    with refused("not_falling"):
        move_it(absence=absence, number=case.pk, kind="call_back", by=later, actor=actor)

    assert kinds(absence)[0] == (other.pk, "first_answer")
    row = Check.objects.get()
    assert (row.decision, row.moved_to) == ("moved", later)
    assert Event.objects.filter(name="cases.promise_moved").count() == 1


def test_what_is_moved_within_the_absence_is_to_be_looked_at_again(case: Case) -> None:
    absence, actor = away(case.owner), acting(case.owner)
    promise(case)

    move_it(absence=absence, number=case.pk, kind="call_back", by=absence.starts_at + DAY * 3, actor=actor)
    again = kinds(absence)
    leave_it(absence=absence, number=case.pk, kind="call_back", because="Игорь позвонит", actor=actor)

    assert again == [(case.pk, "call_back")]
    assert kinds(absence) == []
    assert Check.objects.get().decision == "left"


def test_left_with_a_reason_until_its_moment_changes(case: Case) -> None:
    absence, actor = away(case.owner), acting(case.owner)
    promise(case)

    with refused("reason_missing"):
        leave_it(absence=absence, number=case.pk, kind="call_back", because=" ", actor=actor)
    leave_it(absence=absence, number=case.pk, kind="call_back", because="Позвоню до отъезда", actor=actor)
    left = kinds(absence)
    Case.objects.filter(pk=case.pk).update(promised=[])
    promise(case, days=5)

    assert left == []
    assert kinds(absence) == [(case.pk, "call_back")]


def test_only_who_goes_and_leads_decide(case: Case, igor: Agent) -> None:
    absence, lead = away(case.owner, deputy=igor), make_lead()
    promise(case)

    with refused("not_allowed"):
        leave_it(absence=absence, number=case.pk, kind="call_back", because="Да", actor=acting(igor))
    with refused("not_allowed"):
        cancel_absence(absence=absence, actor=acting(igor))
    leave_it(absence=absence, number=case.pk, kind="call_back", because="Да", actor=acting(lead))
    cancel_absence(absence=absence, actor=acting(lead))

    assert Check.objects.get().by == lead


def test_nothing_is_decided_of_what_is_over(case: Case) -> None:
    absence, actor = away(case.owner), acting(case.owner)
    promise(case)
    cancel_absence(absence=absence, actor=actor)

    with refused("absence_is_over"):
        leave_it(absence=absence, number=case.pk, kind="call_back", because="Да", actor=actor)
    with refused("absence_is_over"):
        cancel_absence(absence=absence, actor=actor)

    assert falling(Absence.objects.get()) == []
    assert Event.objects.filter(name="absences.cancelled").count() == 1


# ── As time passes ────────────────────────────────────────────────────────────────────────
def test_it_begins_and_ends_by_itself_and_what_nobody_looked_at_is_told(case: Case, igor: Agent) -> None:
    olga, absence = make_lead(), away(case.owner, deputy=igor)
    promise(case)

    mind_absences(absence.starts_at - timedelta(seconds=1))
    before = Agent.objects.get(pk=absence.agent_id).is_away
    mind_absences(absence.starts_at)
    mind_absences(absence.starts_at)
    agent = Agent.objects.get(pk=absence.agent_id)
    told = Alert.objects.filter(reason=UNCHECKED).order_by("agent").values_list("agent", "source")
    mind_absences(absence.ends_at)

    assert (before, agent.is_away, agent.away_until, agent.deputy) == (False, True, absence.ends_at, igor)
    assert list(told) == sorted([(igor.pk, str(absence.pk)), (olga.pk, str(absence.pk))])
    assert Absence.objects.get().ended_at is not None
    names = Event.objects.filter(name__startswith="absences.").order_by("id").values_list("name", flat=True)
    assert list(names) == ["absences.planned", "absences.began", "absences.ended"]
    assert Event.objects.get(name="absences.began").payload["left"] == 1


def test_where_all_was_looked_at_nobody_is_told(case: Case) -> None:
    make_lead()
    absence = away(case.owner)

    mind_absences(absence.starts_at)

    assert Agent.objects.get(pk=absence.agent_id).is_away
    assert not Alert.objects.filter(reason=UNCHECKED).exists()


def test_who_comes_back_sooner_ends_it(case: Case) -> None:
    absence = away(case.owner)
    mind_absences(absence.starts_at)

    come_back(agent=Agent.objects.get(pk=absence.agent_id), actor=SYSTEM)
    run_jobs()

    assert Absence.objects.get().ended_at is not None


def test_ended_by_hand_they_are_back(case: Case) -> None:
    absence = away(case.owner)
    mind_absences(absence.starts_at)

    cancel_absence(absence=Absence.objects.get(), actor=acting(case.owner))

    row = Absence.objects.get()
    assert (row.cancelled_at, row.ended_at is not None) == (None, True)
    assert not Agent.objects.get(pk=absence.agent_id).is_away


def test_nobody_is_sent_away_by_what_is_past_or_who_is_gone(case: Case, igor: Agent) -> None:
    past, gone = away(case.owner), away(igor)
    Absence.objects.filter(pk=past.pk).update(starts_at=timezone.now() - DAY * 2, ends_at=timezone.now() - DAY)
    Agent.objects.filter(pk=igor.pk).update(is_active=False)
    Absence.objects.filter(pk=gone.pk).update(starts_at=timezone.now() - DAY)

    look_at_absences()

    assert not Agent.objects.filter(is_away=True).exists()
    assert Absence.objects.filter(ended_at=None).count() == 0


# ── A person's data ───────────────────────────────────────────────────────────────────────
def test_reasons_are_taken_out_and_forgotten(case: Case) -> None:
    absence = away(case.owner)
    promise(case)
    leave_it(absence=absence, number=case.pk, kind="call_back", because="Иван болен", actor=acting(case.owner))
    person = Person(customer_id=case.customer_id, cases=[case.pk])

    kept = kept_of(person)
    forget_reasons(person)

    assert kept["decided_before_absences"][0]["because"] == "Иван болен"
    assert Check.objects.get().because == "—"
    assert kept_of(Person(customer_id=1, cases=[])) == {}


# ── Pages and programs ────────────────────────────────────────────────────────────────────
def test_the_list_is_worked_through_on_its_pages(case: Case, igor: Agent) -> None:
    anna, lead = case.owner, desk(make_lead())
    promise(case)
    promise(case, kind="visit", days=4)
    browser = desk(anna)
    start, end = (timezone.localtime(timezone.now() + DAY * one).strftime("%Y-%m-%dT%H:%M") for one in (2, 9))

    planned = browser.post(
        "/desk/absences/new", {"agent": anna.pk, "starts_at": start, "ends_at": end, "deputy": igor.pk, "about": ""}
    )
    absence = Absence.objects.get()
    place = f"/desk/absences/{absence.pk}/"
    page = text(browser.get(place))
    listed = text(lead.get("/desk/absences/"))
    form = browser.get(f"{place}{case.pk}/visit/pass").text
    left = browser.post(f"{place}{case.pk}/visit/leave", {"because": "Успею"})
    later = timezone.localtime(timezone.now() + DAY * 20).strftime("%Y-%m-%dT%H:%M")
    moved = browser.post(f"{place}{case.pk}/call_back/move", {"by": later})
    gone = browser.post(f"{place}{case.pk}/call_back/move", {"by": later}, follow=True)

    assert planned.headers["Location"] == place
    assert "Звонок" in page
    assert "про курьера" in page
    assert "2 " in listed
    assert "номер заказа 10482" in form
    assert f'value="{igor.pk}" selected' in form
    assert [one.status_code for one in (left, moved)] == [302, 302]
    assert "не приходится на время" in text(gone)
    page = text(browser.get(place))
    assert "Успею" in page
    assert desk(igor).get(place).status_code == 200
    assert desk(make_agent("Влад Орлов", "vlad@g.example")).get(place).status_code == 404
    assert browser.post(f"{place}cancel").status_code == 302
    assert Absence.objects.get().cancelled_at is not None


def test_passed_on_by_the_page_but_not_over_a_new_word(case: Case, igor: Agent) -> None:
    absence = away(case.owner)
    promise(case)
    browser, place = desk(case.owner), f"/desk/absences/{absence.pk}/{case.pk}/call_back/pass"

    old = browser.post(place, {"to": igor.pk, "summary": "Слово", "seen": "1", "word": "0"})
    new = browser.post(place, {"to": igor.pk, "summary": "Слово", "seen": "999999", "word": "0"})

    assert (old.status_code, new.status_code) == (422, 302)
    assert fresh(case).owner == igor


def test_an_agent_plans_for_nobody_else_on_the_page(anna: Agent, igor: Agent) -> None:
    typed = {"agent": igor.pk, "starts_at": "2030-01-01T10:00", "ends_at": "2030-01-02T10:00"}

    assert desk(anna).post("/desk/absences/new", typed).status_code == 422
    assert desk(make_lead()).post("/desk/absences/new", typed).status_code == 302
    assert Absence.objects.get().agent == igor


def test_programs_do_all_of_it(case: Case, igor: Agent) -> None:
    promise(case)
    promise(case, kind="visit", days=4)
    program, now = Program(case.owner), timezone.now()
    body = {"starts_at": (now + DAY * 2).isoformat(), "ends_at": (now + DAY * 9).isoformat(), "deputy": igor.email}

    made = program.post("/absences", body)
    place = f"/absences/{made.json()['id']}"
    first = {"case": case.pk, "kind": "call_back"}
    codes = [
        program.post(f"{place}/decisions", first | more).json()["code"]
        for more in ({"decision": "passed"}, {"decision": "moved"}, {"decision": "left"})
    ]
    left = program.post(f"{place}/decisions", first | {"decision": "left", "because": "Успею"}).json()
    moved = program.post(
        f"{place}/decisions",
        {"case": case.pk, "kind": "visit", "decision": "moved", "moved_to": (now + DAY * 20).isoformat()},
    ).json()

    assert made.status_code == 201
    assert [one["kind"] for one in made.json()["to_look_at"]] == ["call_back", "visit"]
    assert codes == ["owner_unknown", "moment_missing", "reason_missing"]
    assert [one["kind"] for one in left["to_look_at"]] == ["visit"]
    assert (moved["to_look_at"], [one["decision"] for one in moved["decided"]]) == ([], ["moved", "left"])
    assert program.get(place).json()["state"] == "planned"
    assert [one["id"] for one in program.get("/absences").json()["items"]] == [made.json()["id"]]
    assert program.post(f"{place}/cancel", {}).json()["state"] == "cancelled"
    assert Program(make_agent("Влад Орлов", "vlad@g.example")).get(place).status_code == 404


def test_a_program_passes_on(case: Case, igor: Agent) -> None:
    promise(case)
    absence, program = away(case.owner), Program(case.owner)
    body = {"case": case.pk, "kind": "call_back", "decision": "passed", "to": igor.pk, "summary": "Всё сказано"}

    told = program.post(f"/absences/{absence.pk}/decisions", body).json()

    assert fresh(case).owner == igor
    assert told["decided"][0]["to_id"] == igor.pk


# ── At once ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
@locks("absences.actions.plan_absence")
def test_of_two_plans_for_the_same_days_one_wins() -> None:
    anna = make_agent()

    said = while_open(lambda: away(anna), lambda: away(anna))

    assert said == ["done", "absence_overlaps"]


@pytest.mark.django_db(transaction=True)
@locks("absences.actions.cancel_absence", "absences.actions.leave_it")
def test_nothing_is_decided_while_it_is_called_off() -> None:
    case = make_case()
    absence, actor = away(case.owner), acting(case.owner)
    promise(case)

    said = while_open(
        lambda: cancel_absence(absence=absence, actor=actor),
        lambda: leave_it(absence=absence, number=case.pk, kind="call_back", because="Да", actor=actor),
    )

    assert said == ["done", "absence_is_over"]


@pytest.mark.django_db(transaction=True)
@locks("absences.actions.move_it", "absences.actions.pass_on")
def test_of_two_who_decide_the_same_thing_one_wins() -> None:
    case, igor = make_case(), make_agent("Игорь Лыткин", "igor@g.example")
    absence, actor = away(case.owner), acting(case.owner)
    promise(case)
    later = absence.ends_at + DAY

    said = while_open(
        lambda: move_it(absence=absence, number=case.pk, kind="call_back", by=later, actor=actor),
        lambda: pass_on(absence=absence, number=case.pk, kind="call_back", to=igor, summary="Да", actor=actor),
    )

    assert said == ["done", "not_falling"]
    assert Check.objects.get().decision == "moved"
