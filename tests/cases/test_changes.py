"""Whoever follows the changes of cases sees each of them, and who made one has the case in hand as it is now."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from otklik.cases.actions import (
    edit_case,
    let_agent_go,
    mark_solved,
    name_deputy,
    reopen,
    reply,
    stand_in,
    tag_case,
    take_back,
    transfer,
)
from otklik.cases.actions.spam import mark_spam, unmark_spam
from otklik.cases.models import Case, CaseKind
from otklik.customers.actions import merge_customers
from otklik.foundation.actors import SYSTEM
from otklik.foundation.policies import set_policy
from otklik.team.actions import come_back, go_away
from otklik.team.models import Agent
from tests.building import acting, arrive, fresh, letter, make_agent, make_case, make_customer, make_lead, run_jobs

pytestmark = pytest.mark.django_db

SUBJECT = "Учебник по алгебре"


@pytest.fixture
def case() -> Case:
    set_policy("reach.undo_seconds", value=60)
    return make_case()


def _edited(case: Case) -> None:
    edit_case(case=case, actor=acting(case.owner), changes={"subject": SUBJECT, "kind": CaseKind.COMPLAINT})


def _tagged(case: Case) -> None:
    tag_case(case=case, actor=acting(case.owner), add=["доставка"])


def _answered(case: Case) -> None:
    reply(case=case, actor=acting(case.owner), text="Едет")


def _taken_back(case: Case) -> None:
    ours = reply(case=case, actor=acting(case.owner), text="Едет", is_undoable=True)
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now() - timedelta(days=1))
    take_back(case=case, message=ours, actor=acting(case.owner))


def _solved(case: Case) -> None:
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")


def _reopened(case: Case) -> None:
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now() - timedelta(days=1))
    reopen(case=fresh(case), actor=acting(case.owner), reason="Ещё не всё")


def _given_away(case: Case) -> None:
    transfer(case=case, actor=acting(case.owner), to=make_lead(), summary="Всё сказано")


def _stood_in(case: Case) -> None:
    go_away(agent=case.owner, actor=acting(case.owner))
    stand_in(case=fresh(case), actor=acting(make_lead()))


def _stood_down(case: Case) -> None:
    _stood_in(case)
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now() - timedelta(days=1))
    come_back(agent=Agent.objects.get(pk=case.owner_id), actor=acting(case.owner))
    run_jobs()


def _deputy_named(case: Case) -> None:
    make_agent("Борис Орлов", "boris@gorizont.example")
    go_away(agent=case.owner, actor=acting(case.owner))
    name_deputy(case=fresh(case), conversation_id=case.threads.get().conversation_id)


def _deputy_let_go(case: Case) -> None:
    _deputy_named(case)
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now() - timedelta(days=1))
    deputy = fresh(case).deputy
    assert deputy is not None
    let_agent_go(agent=deputy, to=None, actor=SYSTEM)


def _of_another_record(case: Case) -> None:
    merge_customers(into=make_customer("Ваня", "vanya@mail.example"), other=case.customer, actor=SYSTEM)
    run_jobs()


def _called_spam(case: Case) -> None:
    mark_spam(case=case, actor=acting(case.owner))


def _called_none(case: Case) -> None:
    mark_spam(case=case, actor=acting(case.owner))
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now() - timedelta(days=1))
    unmark_spam(case=fresh(case), actor=acting(case.owner))


def _heard(case: Case) -> None:
    reply(case=case, actor=acting(case.owner), text="Едет")
    run_jobs()
    ours = case.threads.get().conversation.messages.filter(direction="out").latest("id")
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now() - timedelta(days=1))
    arrive(letter("Ау?", References=f"<{ours.external_id}>"))


CHANGES = [
    _edited, _tagged, _answered, _taken_back, _solved, _reopened, _given_away, _stood_in, _called_spam, _called_none,
    _heard, _stood_down, _deputy_named, _deputy_let_go, _of_another_record,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_who_follows_the_changes_sees_it(case: Case, change: Callable[[Case], None]) -> None:
    later = timezone.now() + timedelta(hours=1)

    with time_machine.travel(later, tick=False):
        change(case)

    assert fresh(case).updated_at >= later


@pytest.mark.parametrize("change", [_edited, _tagged])
def test_the_case_in_hand_is_as_it_is_now(case: Case, change: Callable[[Case], None]) -> None:
    change(case)

    now = fresh(case)
    for name in ("subject", "kind", "tags", "custom", "due_at", "first_answer_by", "solution_by"):
        assert getattr(case, name) == getattr(now, name), name


def test_an_edited_case_is_what_was_wished(case: Case) -> None:
    _edited(case)

    assert (case.subject, case.kind) == (SUBJECT, CaseKind.COMPLAINT)
