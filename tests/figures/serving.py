"""Cases as they would stand after some service, told in minutes."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from otklik.cases.models import Case
from otklik.foundation.models import Event
from otklik.team.models import Agent
from tests.building import fresh, make_case, make_customer

MINUTE = timedelta(minutes=1)


def served(
    owner: Agent, number: int, *, ago: int, answered: int | None = None, solved: int | None = None, **values: Any
) -> Case:
    """A case of its own customer, opened ``ago`` minutes ago, answered and solved so many minutes later."""
    address = f"k{number}@mail.example"
    at = timezone.now() - ago * MINUTE
    case = make_case(owner=owner, customer=make_customer(f"К{number}", address), address=address)
    values = {"created_at": at, "first_answer_by": at + 240 * MINUTE, "solution_by": at + 1440 * MINUTE} | values
    if answered is not None:
        values["first_answered_at"] = at + answered * MINUTE
    if solved is not None:
        values |= {"state": "solved", "solved_at": at + solved * MINUTE, "waits_for": "customer", "due_at": None}
    Case.objects.filter(pk=case.pk).update(**values)
    return fresh(case)


def happened(name: str, case: Case, *, at: datetime, **payload: Any) -> Event:
    return Event.objects.create(name=name, case_id=case.pk, actor_kind="system", at=at, payload=payload)
