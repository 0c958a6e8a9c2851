"""What programs of a lead arrange: gifts, rules, limits, budgets."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel

from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.goodwill.actions import set_budget, set_gift, set_limit, set_rule, set_situation
from otklik.goodwill.api.router import router
from otklik.goodwill.api.shapes import (
    BudgetIn,
    BudgetOut,
    GiftIn,
    GiftOut,
    Gifts,
    LimitIn,
    LimitOut,
    RuleIn,
    RuleOut,
    Rules,
    SituationIn,
    SituationOut,
    Situations,
    gift_out,
    rule_out,
    situation_out,
    who,
)
from otklik.goodwill.models import Gift, Rule, Situation
from otklik.goodwill.queries import gift_by_code, purse_of, rule_by_code
from otklik.standards.queries import standard_by_id
from otklik.team.queries import agent_named, team_named

_PROBLEMS = {403: Problem, 404: Problem, 422: Problem}


def _given(data: BaseModel) -> dict[str, Any]:
    """What the body speaks of; null says the same as nothing."""
    given = data.model_dump(include=data.model_fields_set)
    return {name: value for name, value in given.items() if value is not None}


@router.get("/goodwill/gifts", response=Gifts, summary="List gifts")
def list_gifts(request: HttpRequest) -> HttpResponse:
    """The whole catalogue, the cheaper before the dearer."""
    return respond(Gifts(items=[gift_out(row) for row in Gift.objects.order_by("cost", "name")]))


@router.post("/goodwill/gifts", response={201: GiftOut, **_PROBLEMS}, summary="Add a gift")
def create_gift(request: HttpRequest, data: GiftIn) -> HttpResponse:
    """For leads. A name and a code of its own are needed."""
    return respond(gift_out(set_gift(gift=None, actor=actor_of(request), values=_given(data))), status=201)


@router.post("/goodwill/gifts/{code}", response={200: GiftOut, **_PROBLEMS}, summary="Change a gift")
def change_gift(request: HttpRequest, code: str, data: GiftIn) -> HttpResponse:
    """What was given before stays as it was given."""
    return respond(gift_out(set_gift(gift=gift_by_code(code), actor=actor_of(request), values=_given(data))))


@router.get("/goodwill/situations", response=Situations, summary="List situations")
def list_situations(request: HttpRequest) -> HttpResponse:
    """What happens to customers and what is right then, by name."""
    rows = Situation.objects.prefetch_related("gifts").order_by("name")
    return respond(Situations(items=[situation_out(row) for row in rows]))


@router.post("/goodwill/situations", response={201: SituationOut, **_PROBLEMS}, summary="Add a situation")
def create_situation(request: HttpRequest, data: SituationIn) -> HttpResponse:
    """For leads. A name and at least one gift are needed."""
    row = set_situation(situation=None, actor=actor_of(request), values=_situation(data))
    return respond(situation_out(row), status=201)


@router.post("/goodwill/situations/{int:pk}", response={200: SituationOut, **_PROBLEMS}, summary="Change a situation")
def change_situation(request: HttpRequest, pk: int, data: SituationIn) -> HttpResponse:
    """What was given in it stays as it was given."""
    row = Situation.objects.filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("There is no such situation."))
    return respond(situation_out(set_situation(situation=row, actor=actor_of(request), values=_situation(data))))


def _situation(data: SituationIn) -> dict[str, Any]:
    values = _given(data)
    return values | {"gifts": [gift_by_code(code) for code in values["gifts"]]} if "gifts" in values else values


@router.get("/goodwill/rules", response=Rules, summary="List rules of refusals")
def list_rules(request: HttpRequest) -> HttpResponse:
    """By name."""
    return respond(Rules(items=[rule_out(row) for row in Rule.objects.order_by("name")]))


@router.post("/goodwill/rules", response={201: RuleOut, **_PROBLEMS}, summary="Add a rule")
def create_rule(request: HttpRequest, data: RuleIn) -> HttpResponse:
    """For leads. A name, a code of its own and the rule as a customer is told it are needed."""
    return respond(rule_out(set_rule(rule=None, actor=actor_of(request), values=_rule(data))), status=201)


@router.post("/goodwill/rules/{code}", response={200: RuleOut, **_PROBLEMS}, summary="Change a rule")
def change_rule(request: HttpRequest, code: str, data: RuleIn) -> HttpResponse:
    """What was refused by it stays refused by it."""
    return respond(rule_out(set_rule(rule=rule_by_code(code), actor=actor_of(request), values=_rule(data))))


def _rule(data: RuleIn) -> dict[str, Any]:
    values = _given(data)
    return values | {"standard": standard_by_id(values["standard"])} if "standard" in values else values


@router.post("/goodwill/limits", response={200: LimitOut, **_PROBLEMS}, summary="Set what an agent may give")
def change_limit(request: HttpRequest, data: LimitIn) -> HttpResponse:
    """Without asking, in a day and in a month. Nobody sets their own."""
    agent = agent_named(data.agent)
    if agent is None:
        said = _("Say whose limit it is.")
        raise Refusal("agent_missing", said, fields={"agent": said})
    row = set_limit(agent=agent, day=data.day, month=data.month, actor=actor_of(request))
    told = who(agent)
    assert told is not None, "an agent is there"
    return respond(LimitOut(agent=told, day=row.day, month=row.month))


@router.post("/goodwill/budgets", response={200: BudgetOut, **_PROBLEMS}, summary="Set a team's budget")
def change_budget(request: HttpRequest, data: BudgetIn) -> HttpResponse:
    """For each month, from this one on; of a lower one only what is left is taken back."""
    team = team_named(data.team)
    if team is None:
        said = _("Say whose budget it is.")
        raise Refusal("team_missing", said, fields={"team": said})
    budget = set_budget(team=team, monthly=data.monthly, actor=actor_of(request))
    left = purse_of(team.pk, now=timezone.now()).left
    return respond(BudgetOut(team=team.name, monthly=budget.monthly, left=left))
