"""Complaints of the demo company: each stopped at another stage, one refused and told where else to turn."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files
from random import Random
from typing import Any

from django.utils import timezone

from otklik.cases.actions import confirm_satisfaction, open_for_customer
from otklik.cases.models import Case
from otklik.complaints import actions
from otklik.complaints.models import Complaint
from otklik.complaints.queries import ways
from otklik.customers.actions import identify
from otklik.foundation.actors import SYSTEM, Actor, ActorKind
from otklik.foundation.manifest import Deeds
from otklik.standards.models import Standard
from otklik.team.models import Agent, Team
from otklik.team.queries import actor_for


def deeds(now: datetime, chance: Random) -> Deeds:
    """Each story's steps, in the order of their days."""
    told = tomllib.loads(files("otklik.complaints").joinpath("demo.toml").read_text(encoding="utf-8"))
    for story in told["story"]:
        minutes = chance.randint(0, 40)
        yield now - timedelta(days=story["days_ago"], minutes=90 + minutes), partial(_open, story)
        for step in story["step"]:
            moment = now - timedelta(days=step["days_ago"], minutes=step.get("minutes_ago", 60))
            yield moment, partial(_take, story, step)


def _agent(login: str) -> Agent:
    return Agent.objects.get(email__startswith=f"{login}@")


def _open(story: Mapping[str, Any]) -> None:
    customer = identify(kind="email", value=story["email"], name=story["name"])
    owner = _agent(story["owner"])
    open_for_customer(
        customer=customer,
        subject=story["subject"],
        text=story["text"],
        actor=SYSTEM,
        address=story["email"],
        inbox_kind="form",
        kind="complaint",
        owner=owner,
        team=Team.objects.filter(memberships__agent=owner).order_by("id").first(),
    )


def _take(story: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    case = Case.objects.select_related("customer", "owner", "team__working_time").get(
        customer__contact_points__value=story["email"]
    )
    given: dict[str, Any] = {key: value for key, value in step.items() if key not in _ABOUT}
    actor = actor_for(_agent(step["by"])) if "by" in step else Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id)
    if step["do"] == "receive":
        actions.receive_complaint(case=case, actor=actor, **given)
        return
    for name in ("investigator", "against"):
        if name in given:
            given[name] = _agent(given[name])
    if step["do"] == "ways":
        given["ways"] = ways()
    if "standard" in given:
        given["standard"] = Standard.objects.filter(case_kind=given["standard"]).first()
    _ACTS[step["do"]](complaint=Complaint.objects.select_related("case").get(case=case), actor=actor, **given)


def _say_it_is_solved(*, complaint: Complaint, actor: Actor, words: str) -> None:
    """The customer's word about the case, which is heard as their word about the answer."""
    confirm_satisfaction(case=complaint.case, actor=actor, satisfaction=5, words=words)


def _mend(*, complaint: Complaint, actor: Actor, changes: str, due_in_days: int, states: list[str]) -> None:
    """What lies behind it is changed, by whom and by when."""
    problem = complaint.problem
    assert problem is not None, "it was named when the complaint was improved"
    due_on = timezone.localdate() + timedelta(days=due_in_days)
    actions.save_problem(problem=problem, values={"changes": changes, "due_on": due_on}, actor=actor)
    for to in states:
        actions.move_problem(problem=problem, to=to, actor=actor)


_ABOUT = frozenset({"do", "by", "days_ago", "minutes_ago"})
_ACTS: Mapping[str, Callable[..., None]] = {
    "acknowledge": actions.acknowledge,
    "assess": actions.assess,
    "investigate": actions.investigate,
    "answer": actions.answer,
    "solved": _say_it_is_solved,
    "refuse": actions.refuse,
    "ways": actions.offer_ways,
    "improve": actions.improve,
    "mend": _mend,
}
