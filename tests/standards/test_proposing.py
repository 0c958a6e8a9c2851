"""Whoever works by a standard may say what should be different in it; whoever keeps it answers."""

import pytest
from django.db import IntegrityError, transaction

from otklik.cases.models import Alert
from otklik.foundation.actors import SYSTEM, Actor, Role
from otklik.foundation.manifest import Person
from otklik.foundation.models import Event
from otklik.standards.actions import (
    decline_proposal,
    offer,
    propose_change,
    start_draft,
    take_proposal,
    unlink_cases,
)
from otklik.standards.models import Proposal, Standard
from otklik.standards.queries import for_me, in_work, proposal_by_id
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_lead, make_standard, refused, run_jobs
from tests.together import while_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


@pytest.fixture
def anna() -> Actor:
    return acting(make_agent())


@pytest.fixture
def standard(olga: Actor) -> Standard:
    return make_standard(actor=olga, case_kind="complaint")


def proposed(standard: Standard, actor: Actor, words: str = "Прислать главу в PDF") -> Proposal:
    return propose_change(standard=standard, words=words, actor=actor, case_number=7)


def told(agent_id: int | None) -> list[tuple[str, str]]:
    return list(Alert.objects.filter(agent_id=agent_id).order_by("id").values_list("reason", "source"))


def test_its_keeper_hears_of_a_proposal_once(standard: Standard, olga: Actor, anna: Actor) -> None:
    row = proposed(standard, anna, "  Прислать главу в PDF ")
    run_jobs()
    run_jobs()

    assert (row.words, row.case_number, row.state, row.author_id) == ("Прислать главу в PDF", 7, "open", anna.pk)
    assert told(olga.pk) == [("standards.proposed", f"{standard.pk}:{row.pk}")]
    assert told(anna.pk) == []
    assert (list(for_me(olga)), list(for_me(anna))) == ([standard], [])


def test_of_a_standard_that_nobody_keeps_the_admins_hear_and_leads_decide(anna: Actor) -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    row = proposed(make_standard(actor=SYSTEM), anna)
    run_jobs()

    assert told(vera.pk) == [("standards.proposed", f"{row.standard_id}:{row.pk}")]
    assert list(for_me(acting(vera))) == [row.standard]


@pytest.mark.parametrize(("words", "code"), [(" ", "words_missing"), ("я" * 4_001, "text_too_long")])
def test_a_proposal_says_something_short(standard: Standard, anna: Actor, words: str, code: str) -> None:
    with refused(code):
        proposed(standard, anna, words)

    assert not Proposal.objects.exists()
    proposed(standard, anna, "я" * 4_000)


def test_a_program_without_a_person_proposes_nothing(standard: Standard) -> None:
    with refused("not_allowed"):
        proposed(standard, SYSTEM)


def test_it_is_taken_into_a_draft_and_its_author_hears(standard: Standard, olga: Actor, anna: Actor) -> None:
    row = proposed(standard, anna)

    draft = take_proposal(proposal=proposal_by_id(row.pk), actor=olga)
    run_jobs()

    row.refresh_from_db()
    assert (row.state, row.version, row.decided_by_id) == ("taken", draft, olga.pk)
    assert row.decided_at is not None
    assert (in_work(standard), draft.number) == (draft, 2)
    assert told(anna.pk) == [("standards.proposal_decided", f"{standard.pk}:{row.pk}")]
    for decide in (
        lambda: take_proposal(proposal=row, actor=olga),
        lambda: decline_proposal(proposal=row, because="Нет", actor=olga),
    ):
        with refused("decided_already"):
            decide()
    assert Event.objects.filter(name="standards.proposal_taken", payload__author_id=anna.pk).count() == 1


def test_it_is_declined_with_a_reason_that_the_author_reads(standard: Standard, olga: Actor, anna: Actor) -> None:
    row = proposed(standard, anna)

    with refused("reason_missing"):
        decline_proposal(proposal=row, because=" ", actor=olga)
    decline_proposal(proposal=row, because=" Глав в PDF нет. ", actor=olga)
    run_jobs()
    run_jobs()

    assert (row.state, row.because) == ("declined", "Глав в PDF нет.")
    assert told(anna.pk) == [("standards.proposal_decided", f"{standard.pk}:{row.pk}")]
    assert list(for_me(olga)) == []
    assert Event.objects.filter(name="standards.proposal_declined", payload__author_id=anna.pk).count() == 1


def test_while_a_draft_waits_for_approval_nothing_is_taken(standard: Standard, olga: Actor, anna: Actor) -> None:
    row = proposed(standard, anna)
    offer(version=start_draft(standard=standard, actor=olga), actor=olga)

    with refused("draft_in_work"):
        take_proposal(proposal=row, actor=olga)

    row.refresh_from_db()
    assert row.state == "open"


def test_only_its_keeper_and_leads_decide(standard: Standard, anna: Actor) -> None:
    row = proposed(standard, anna)

    with refused("not_allowed"):
        take_proposal(proposal=row, actor=anna)
    with refused("not_allowed"):
        decline_proposal(proposal=row, because="Нет", actor=anna)

    Standard.objects.filter(pk=standard.pk).update(owner=anna.pk)
    decline_proposal(proposal=proposal_by_id(row.pk), because="Передумала", actor=anna)
    run_jobs()
    assert told(anna.pk) == [], "who decides it alone need not be told"


def test_who_has_left_is_told_nothing(standard: Standard, olga: Actor, anna: Actor) -> None:
    row = proposed(standard, anna)
    Agent.objects.filter(pk=anna.pk).update(is_active=False)

    decline_proposal(proposal=row, because="Нет", actor=olga)
    run_jobs()

    assert told(anna.pk) == []


def test_a_declined_one_has_its_reason_in_the_database_too(standard: Standard, anna: Actor) -> None:
    row = proposed(standard, anna)

    for values, name in (
        ({"state": "declined", "decided_at": row.created_at}, "a_declined_proposal_has_its_reason"),
        ({"state": "taken"}, "a_decided_proposal_has_its_time"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Proposal.objects.filter(pk=row.pk).update(**values)


def test_the_case_of_a_forgotten_person_is_forgotten(standard: Standard, anna: Actor) -> None:
    row, other = proposed(standard, anna), proposed(standard, anna)
    Proposal.objects.filter(pk=other.pk).update(case_number=8)

    unlink_cases(Person(customer_id=1, cases=[7]))

    assert [Proposal.objects.get(pk=pk).case_number for pk in (row.pk, other.pk)] == [None, 8]


def test_there_is_no_such_proposal() -> None:
    with refused("not_found"):
        proposal_by_id(1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_one_does() -> None:
    boss, clerk = acting(make_lead()), acting(make_agent())
    row = proposed(make_standard(case_kind="complaint"), clerk)

    said = while_open(
        lambda: take_proposal(proposal=proposal_by_id(row.pk), actor=boss),
        lambda: decline_proposal(proposal=proposal_by_id(row.pk), because="Нет", actor=boss),
    )

    assert said == ["done", "decided_already"]
