"""The steps of a case's standard: ticked by hand or by what happened, left out for a reason, asked for at the end."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from otklik.cases.actions import (
    answer_and_solve,
    edit_case,
    erase_person,
    mark_solved,
    open_step,
    record_undelivered,
    reply,
    skip_step,
    tag_case,
    take_newer_standard,
    tick_step,
    tick_what_happened,
    untick_what_was_lost,
)
from otklik.cases.models import Case, CaseStep
from otklik.cases.observing import _SEEN, names_a_moment, names_somebody
from otklik.cases.queries import how_chosen, steps_of
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.reach.models import Delivery
from otklik.standards.actions import Words, edit_draft, publish, start_draft
from otklik.standards.models import Standard, Version
from otklik.standards.observed import FACTS
from tests.building import acting, fresh, make_agent, make_case, make_standard, refused, run_jobs
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
STEPS = Words(
    how=["Назвались", "Ответили вовремя", "Назвали час", "Решили вовремя", "Спросили, решено ли", "Перезвонили"],
    ticked_by=["owner_named", "first_answer_in_time", "moment_named", "solved_in_time", "asked_whether_solved", ""],
)


@pytest.fixture
def complaint() -> Standard:
    return make_standard(words=STEPS, case_kind="complaint")


@pytest.fixture
def case(complaint: Standard) -> Case:
    return make_case(kind="complaint")


@pytest.fixture
def anna(case: Case) -> Actor:
    return acting(case.owner)


def states(case: Case) -> list[str]:
    return [step.state for step in steps_of(fresh(case))]


def happened(name: str) -> list[int]:
    return [event.payload["number"] for event in Event.objects.filter(name=f"cases.step_{name}").order_by("id")]


def later(standard: Standard, **words: list[str]) -> Version:
    version = start_draft(standard=standard, actor=SYSTEM)
    changed = replace(Words.of(version), change_note="Иначе", **words)
    edit_draft(version=version, words=changed, actor=SYSTEM)
    publish(version=version, actor=SYSTEM)
    return version


# ── By hand ───────────────────────────────────────────────────────────────────────────────
def test_a_step_is_ticked_and_open_again(case: Case, anna: Actor) -> None:
    tick_step(case=case, number=6, actor=anna)
    tick_step(case=case, number=6, actor=anna)

    [step] = [one for one in steps_of(fresh(case)) if one.state == "done"]
    assert (step.number, step.by_id, step.fact, step.is_open) == (6, anna.pk, "", False)
    open_step(case=case, number=6, actor=anna)
    open_step(case=case, number=6, actor=anna)
    assert states(case) == ["open"] * 6
    assert (happened("ticked"), happened("opened")) == ([6], [6])


def test_leaving_a_step_out_takes_a_reason(case: Case, anna: Actor) -> None:
    with refused("reason_missing"):
        skip_step(case=case, number=6, because=" ", actor=anna)
    with refused("text_too_long"):
        skip_step(case=case, number=6, because="я" * 201, actor=anna)

    skip_step(case=case, number=6, because=" Просил не звонить ", actor=anna)

    step = steps_of(fresh(case))[5]
    assert (step.state, step.because, step.by_id) == ("skipped", "Просил не звонить", anna.pk)
    tick_step(case=case, number=6, actor=anna)
    step = steps_of(fresh(case))[5]
    assert (step.state, step.because) == ("done", "")
    skip_step(case=case, number=6, because="я" * 200, actor=anna)
    assert (happened("skipped"), happened("ticked")) == ([6, 6], [6])


def test_what_was_skipped_without_a_reason_is_not_kept(case: Case) -> None:
    with pytest.raises(IntegrityError, match="a_step_is_skipped_for_a_reason"), transaction.atomic():
        CaseStep.objects.create(case=case, version=case.standard_version, number=1, state="skipped")
    CaseStep.objects.create(case=case, version=case.standard_version, number=1, state="done")
    with pytest.raises(IntegrityError, match="a_step_of_a_case_is_marked_once"), transaction.atomic():
        CaseStep.objects.create(case=case, version=case.standard_version, number=1, state="done")


@pytest.mark.parametrize("number", [0, 7])
def test_there_is_no_such_step(case: Case, anna: Actor, number: int) -> None:
    for act in (tick_step, open_step):
        with refused("not_found"):
            act(case=case, number=number, actor=anna)
    with refused("not_found"):
        skip_step(case=case, number=number, because="Нет", actor=anna)


def test_a_case_without_a_standard_has_no_steps() -> None:
    case = make_case()

    assert steps_of(case) == []
    with refused("not_found"):
        tick_step(case=case, number=1, actor=acting(case.owner))


def test_steps_of_a_version_that_is_held_no_more_are_not_ticked(complaint: Standard, case: Case, anna: Actor) -> None:
    seen = case.standard_version_id
    later(complaint)
    take_newer_standard(case=case, actor=anna)

    with refused("changed_meanwhile"):
        tick_step(case=case, number=1, actor=anna, version_id=seen)
    tick_step(case=case, number=1, actor=anna, version_id=case.standard_version_id)

    assert states(case)[0] == "done"


def test_who_does_not_see_a_case_ticks_nothing_in_it(case: Case) -> None:
    stranger = replace(acting(make_agent("Борис Ким", "boris@gorizont.example")), team_ids=frozenset())

    for act in (
        lambda: tick_step(case=case, number=1, actor=stranger),
        lambda: open_step(case=case, number=1, actor=stranger),
        lambda: skip_step(case=case, number=1, because="Нет", actor=stranger),
    ):
        with refused("not_found"):
            act()


# ── By what happened ──────────────────────────────────────────────────────────────────────
def test_an_answer_ticks_what_it_shows(case: Case, anna: Actor) -> None:
    reply(case=case, actor=anna, text="Здравствуйте, это Анна. Учебник привезут до 15:00.")
    run_jobs()

    assert states(case) == ["done", "done", "done", "open", "open", "open"]
    assert [step.fact for step in steps_of(fresh(case))[:3]] == ["owner_named", "first_answer_in_time", "moment_named"]
    told = Event.objects.filter(name="cases.step_ticked", actor_kind="system")
    assert {event.payload["fact"] for event in told} == {"owner_named", "first_answer_in_time", "moment_named"}


def test_an_answer_that_shows_nothing_ticks_only_that_it_came_in_time(case: Case, anna: Actor) -> None:
    reply(case=case, actor=anna, text="Разбираемся.")
    run_jobs()

    assert states(case) == ["open", "done", "open", "open", "open", "open"]


def test_the_owner_is_named_in_the_first_answer_or_not_at_all(case: Case, anna: Actor) -> None:
    reply(case=case, actor=anna, text="Разбираемся.")
    run_jobs()
    reply(case=fresh(case), actor=anna, text="Это Анна.")
    run_jobs()

    assert states(case)[0] == "open"


def test_what_came_late_is_not_ticked(case: Case, anna: Actor) -> None:
    Case.objects.filter(pk=case.pk).update(first_answer_by=case.created_at, solution_by=case.created_at)

    mark_solved(case=fresh(case), actor=anna, summary="Сделано")
    run_jobs()

    assert states(case) == ["open", "open", "open", "open", "done", "open"]


def test_solving_ticks_that_the_customer_was_asked_and_when(case: Case, anna: Actor) -> None:
    answer_and_solve(case=case, actor=anna, text="Привезли.")
    run_jobs()

    assert states(case) == ["open", "done", "open", "done", "done", "open"]


def test_what_was_left_out_by_hand_stays_so(case: Case, anna: Actor) -> None:
    skip_step(case=case, number=2, because="Не спешил", actor=anna)

    reply(case=fresh(case), actor=anna, text="Разбираемся.")
    run_jobs()

    assert states(case)[1] == "skipped"


def test_a_lost_answer_takes_its_ticks_back(case: Case, anna: Actor) -> None:
    tick_step(case=case, number=6, actor=anna)
    letter = reply(case=fresh(case), actor=anna, text="Это Анна, до 15:00.")
    run_jobs()
    delivery = Delivery.objects.get(message=letter)
    Delivery.objects.filter(pk=delivery.pk).update(state="bounced")

    record_undelivered(case=fresh(case), delivery_id=delivery.pk)
    run_jobs()

    assert states(case) == ["open"] * 5 + ["done"]
    assert sorted(happened("opened")) == [1, 2, 3]


def test_every_fact_that_a_step_may_name_is_looked_for() -> None:
    assert set(_SEEN) == set(FACTS)


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("до 15:00", True), ("в 9.30", True), ("4 декабря", True), ("by 3 p.m.", True), ("December 4", True),
        ("к 15 часам", True), ("12.01", True), ("до конца недели", False), ("заказ 1042", False), ("99:99", False),
        ("5 мест", False),
    ],
)  # fmt: skip
def test_a_moment_is_a_day_or_an_hour(text: str, is_named: bool) -> None:  # noqa: FBT001 - a table
    assert names_a_moment(text) is is_named


def test_a_name_is_a_word_of_its_own() -> None:
    assert names_somebody("С уважением, АННА", "Анна Смирнова")
    assert not names_somebody("Марианна приедет", "Анна Смирнова")
    assert not names_somebody("кто-то", "")


# ── Another standard ──────────────────────────────────────────────────────────────────────
def test_what_was_done_stays_done_where_both_standards_say_it(complaint: Standard, case: Case, anna: Actor) -> None:
    tick_step(case=case, number=6, actor=anna)
    skip_step(case=case, number=1, because="Знакомы", actor=anna)
    later(complaint, how=["Перезвонили", "Новое"], ticked_by=[])

    take_newer_standard(case=case, actor=anna)

    assert states(case) == ["done", "open"]
    assert CaseStep.objects.filter(case=case, version__number=1).count() == 2


def test_a_tag_brings_a_narrower_standard_with_the_reason_on_the_record(complaint: Standard, case: Case) -> None:
    late = make_standard("Опоздание", words=Words(how=["Перезвонили"], first_answer_minutes=30), tag="опоздание")
    anna = acting(case.owner)
    tick_step(case=case, number=6, actor=anna)

    tag_case(case=case, actor=anna, add=["Опоздание"])

    now = fresh(case)
    assert now.standard_version == case.standard_version == late.live
    assert now.first_answer_by != case.first_answer_by
    assert states(case) == ["done"]
    told = Event.objects.get(name="cases.standard_chosen")
    assert told.payload | {"customer_id": 0, "case_id": 0} == {
        "case_id": 0, "customer_id": 0, "version_id": late.live_id, "standard_id": late.pk,
        "from_version_id": complaint.live_id, "because": "tags", "conditions": ["tag"], "passed_over": [complaint.pk],
    }  # fmt: skip
    tag_case(case=fresh(case), actor=anna, remove=["опоздание"])
    assert fresh(case).standard_version == complaint.live
    edited = Event.objects.filter(name="cases.edited").order_by("id")
    assert [event.payload["fields"] for event in edited] == [["tags", "standard"]] * 2


def test_a_tag_without_a_standard_of_its_own_changes_nothing_else(case: Case, anna: Actor) -> None:
    tag_case(case=case, actor=anna, add=["доставка"])

    assert not Event.objects.filter(name="cases.standard_chosen").exists()
    assert Event.objects.get(name="cases.edited").payload["fields"] == ["tags"]


def test_a_later_version_is_not_taken_by_a_change_of_tags(complaint: Standard, case: Case, anna: Actor) -> None:
    later(complaint)

    tag_case(case=case, actor=anna, add=["доставка"])
    edit_case(case=fresh(case), actor=anna, changes={"priority": "high"})

    assert fresh(case).standard_version == complaint.versions.get(number=1)


def test_a_closed_case_stays_as_it_was_served(complaint: Standard, case: Case, anna: Actor) -> None:
    make_standard("Опоздание", tag="опоздание")
    Case.objects.filter(pk=case.pk).update(state="unconfirmed", closed_at=case.created_at)

    tag_case(case=fresh(case), actor=anna, add=["опоздание"])

    assert fresh(case).standard_version == complaint.live


def test_how_it_was_chosen_is_on_the_record_from_the_first_word(complaint: Standard) -> None:
    every = make_standard("Всё", is_default=True)
    case = make_case(kind="complaint")

    chosen = how_chosen(case)

    assert chosen is not None
    assert (chosen.because, chosen.conditions, chosen.passed_over) == ("opened", ["case_kind"], [every.pk])


# ── Before the end ────────────────────────────────────────────────────────────────────────
def test_a_case_is_solved_with_steps_open_unless_the_house_minds(case: Case, anna: Actor) -> None:
    mark_solved(case=case, actor=anna, summary="Сделано")

    assert fresh(case).state == "solved"


def test_where_the_house_minds_every_step_is_ticked_or_left_out_first(case: Case, anna: Actor) -> None:
    set_policy("cases.steps_before_solved", value=True)
    for number in range(1, 6):
        tick_step(case=case, number=number, actor=anna)

    with refused("steps_open"):
        mark_solved(case=fresh(case), actor=anna, summary="Сделано")
    with refused("steps_open"):
        answer_and_solve(case=fresh(case), actor=anna, text="Сделано")
    skip_step(case=fresh(case), number=6, because="Не просил", actor=anna)
    answer_and_solve(case=fresh(case), actor=anna, text="Сделано")

    assert fresh(case).state == "solved"


def test_why_a_step_was_left_out_goes_with_the_person(case: Case, anna: Actor) -> None:
    skip_step(case=case, number=6, because="Иван Козлов просил не звонить", actor=anna)

    erase_person(customer=case.customer, actor=SYSTEM)

    assert CaseStep.objects.get().because == "—"


@locks("cases.actions.stepping.tick_step", "cases.actions.stepping.skip_step", "cases.actions.stepping.open_step")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_mark_a_step_the_second_has_the_last_word() -> None:
    make_standard(words=STEPS, case_kind="complaint")
    case = make_case(kind="complaint")
    anna = acting(case.owner)

    said = while_open(
        lambda: tick_step(case=fresh(case), number=6, actor=anna),
        lambda: skip_step(case=fresh(case), number=6, because="Не просил", actor=anna),
    )
    assert said == ["done", "done"]
    assert states(case)[5] == "skipped"
    said = while_open(
        lambda: skip_step(case=fresh(case), number=6, because="Иначе", actor=anna),
        lambda: open_step(case=fresh(case), number=6, actor=anna),
    )
    assert said == ["done", "done"]
    assert states(case)[5] == "open"


@locks("cases.actions.stepping.tick_what_happened", "cases.actions.stepping.untick_what_was_lost")
@pytest.mark.django_db(transaction=True)
def test_what_happens_does_not_write_over_what_a_person_says_meanwhile() -> None:
    make_standard(words=STEPS, case_kind="complaint")
    case = make_case(kind="complaint")
    anna = acting(case.owner)
    letter = reply(case=case, actor=anna, text="Это Анна.")
    run_jobs()
    open_step(case=fresh(case), number=2, actor=anna)

    def skip() -> None:
        skip_step(case=fresh(case), number=2, because="Не спешил", actor=anna)

    assert while_open(skip, lambda: tick_what_happened(case=fresh(case), answer_id=letter.pk)) == ["done", "done"]
    assert states(case)[1] == "skipped"
    assert while_open(skip, lambda: untick_what_was_lost(case=fresh(case), answer_id=letter.pk)) == ["done", "done"]
    assert states(case)[:2] == ["open", "skipped"]
