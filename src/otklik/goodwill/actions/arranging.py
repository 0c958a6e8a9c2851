"""What leads arrange: gifts and situations, the rules of "no", limits of agents, budgets of teams."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import CaseKind
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.goodwill.actions import ledger
from otklik.goodwill.actions.giving import check_untied
from otklik.goodwill.events import BudgetChanged, GiftChanged, LimitChanged, RuleChanged, SituationChanged
from otklik.goodwill.models import Budget, Gift, Limit, Rule, Situation
from otklik.goodwill.periods import month_of
from otklik.goodwill.queries import agents_of, teams_of
from otklik.team.models import Agent, Team

_GIFT = (
    "code", "name", "kind", "cost", "is_open", "needs_a_lead", "tags", "kinds", "note", "words", "is_active",
)  # fmt: skip
_CODE = re.compile(r"[a-z0-9_-]{1,40}")
_SITUATION = ("name", "tags", "kinds", "words", "is_active")
_RULE = ("code", "name", "text", "words", "standard", "review_at", "is_active")


@once_more_if_taken
@in_one
def set_gift(*, gift: Gift | None, actor: Actor, values: Mapping[str, Any]) -> Gift:
    """A new gift, or a changed one; what was given before stays as it was given.

    Raises ``Refusal('name_missing' | 'code_missing' | 'name_taken' | 'code_taken' | 'code_invalid' | 'kind_unknown' |
    'cost_missing' | 'tied_to_a_rating')``.
    """
    require(actor, "goodwill.edit")
    chosen = {field: values[field] for field in _GIFT if field in values}
    if "tags" in chosen:
        chosen["tags"] = _tidy(chosen["tags"])
    row = gift or Gift()
    _check_named(row, chosen)
    check_untied(**{name: str(chosen[name]) for name in ("name", "note", "words") if name in chosen})
    _check_gift({"kind": row.kind, "kinds": row.kinds, "cost": row.cost, "is_open": row.is_open} | chosen)
    if changed := _save(row, chosen):
        announce(GiftChanged(gift_id=row.pk, fields=changed), actor=actor)
    return row


def _tidy(tags: Iterable[Any]) -> list[str]:
    """As cases are tagged."""
    tidy = (" ".join(str(one).lower().split())[:40] for one in tags)
    return list(dict.fromkeys(one for one in tidy if one))


@once_more_if_taken
@in_one
def set_situation(*, situation: Situation | None, actor: Actor, values: Mapping[str, Any]) -> Situation:
    """A new situation, or a changed one; what was given in it before stays as it was given.

    Raises ``Refusal('name_missing' | 'name_taken' | 'gifts_missing' | 'kind_unknown' | 'tied_to_a_rating')``.
    """
    require(actor, "goodwill.edit")
    row = situation or Situation()
    chosen = {field: values[field] for field in _SITUATION if field in values}
    if "tags" in chosen:
        chosen["tags"] = _tidy(chosen["tags"])
    known = set() if row._state.adding else set(row.gifts.all())
    gifts = set(values.get("gifts", known))
    _check_situation(row, chosen, gifts)
    changed = _save(row, chosen)
    if gifts != known:
        row.gifts.set(gifts)
        changed.append("gifts")
    if changed:
        announce(SituationChanged(situation_id=row.pk, fields=changed), actor=actor)
    return row


def _check_situation(row: Situation, values: Mapping[str, Any], gifts: Collection[Gift]) -> None:
    name = str(values.get("name", row.name)).strip()
    if not name:
        raise _at("name_missing", "name", _("A name is missing."))
    if Situation.objects.exclude(pk=row.pk).filter(name=name).exists():
        raise _at("name_taken", "name", _("This name is already taken."))
    if not gifts:
        raise _at("gifts_missing", "gifts", _("Choose at least one gift."))
    if set(values.get("kinds", row.kinds)) - set(CaseKind.values):
        raise _at("kind_unknown", "kinds", _("There is no such kind."))
    check_untied(**{field: str(values[field]) for field in ("name", "words") if field in values})


def _check_gift(values: Mapping[str, Any]) -> None:
    if values["kind"] not in Gift.Kind.values or set(values["kinds"]) - set(CaseKind.values):
        said = _("There is no such kind.")
        raise Refusal("kind_unknown", said, fields={"kind": said})
    if values["cost"] < 0 or (values["is_open"] and not values["cost"]):
        said = _("Enter the most that it may cost.")
        raise Refusal("cost_missing", said, fields={"cost": said})


@once_more_if_taken
@in_one
def set_rule(*, rule: Rule | None, actor: Actor, values: Mapping[str, Any]) -> Rule:
    """A new rule of "no", or a changed one. Raises ``Refusal('name_missing' | 'code_missing' | 'name_taken' |
    'code_taken' | 'code_invalid' | 'text_missing')``."""
    require(actor, "goodwill.edit")
    chosen = {field: values[field] for field in _RULE if field in values}
    row = rule or Rule()
    _check_named(row, chosen)
    if not str(chosen.get("text", row.text)).strip():
        said = _("Write the rule the way a customer is told it.")
        raise Refusal("text_missing", said, fields={"text": said})
    if changed := _save(row, chosen):
        announce(RuleChanged(rule_id=row.pk, fields=changed), actor=actor)
    return row


def _check_named(row: Gift | Rule, values: Mapping[str, Any]) -> None:
    """A name and a code, each of its own."""
    others = type(row).objects.exclude(pk=row.pk)
    name, code = (str(values.get(field, getattr(row, field))).strip() for field in ("name", "code"))
    if not name:
        raise _at("name_missing", "name", _("A name is missing."))
    if not code:
        raise _at("code_missing", "code", _("A code is missing."))
    if not _CODE.fullmatch(code):
        raise _at("code_invalid", "code", _("Only lowercase Latin letters, digits, - and _, please."))
    if others.filter(name=name).exists():
        raise _at("name_taken", "name", _("This name is already taken."))
    if others.filter(code=code).exists():
        raise _at("code_taken", "code", _("This code is already taken."))


def _at(code: str, field: str, said: str) -> Refusal:
    return Refusal(code, said, fields={field: said})


def _save(row: Gift | Rule | Situation, values: Mapping[str, Any]) -> list[str]:
    """Writes what is different; returns which fields these are."""
    tidy = {field: value.strip() if isinstance(value, str) else value for field, value in values.items()}
    changed = [field for field, value in tidy.items() if row._state.adding or getattr(row, field) != value]
    for field in changed:
        setattr(row, field, tidy[field])
    if changed:
        row.save()
    return changed


@in_one
def set_limit(*, agent: Agent, day: int | None, month: int | None, actor: Actor) -> Limit:
    """What an agent may give without asking, in kopecks; None: as much as everybody. Nobody sets their own.

    Raises ``Refusal('own_limit' | 'limit_invalid')``.
    """
    require(actor, "goodwill.edit")
    if actor.is_agent and not agents_of(actor).filter(pk=agent.pk).exists() and agent.pk != actor.pk:
        raise Refusal("not_found", _("There is no such colleague."))
    if agent.pk == actor.pk:
        raise Refusal("own_limit", _("Somebody else sets your own limit."))
    if (day is not None and day < 0) or (month is not None and month < 0):
        said = _("Zero or more.")
        raise Refusal("limit_invalid", said, fields={"day": said})
    row, is_new = Limit.objects.select_for_update(no_key=True).get_or_create(agent=agent)
    if is_new or (row.day, row.month) != (day, month):
        row.day, row.month = day, month
        row.save(update_fields=["day", "month"])
        announce(LimitChanged(agent_id=agent.pk), actor=actor)
    return row


@in_one
def set_budget(*, team: Team, monthly: int, actor: Actor) -> Budget:
    """What a team may give in a month, in kopecks, from this month on; of a lower one only what is left is taken back.

    Raises ``Refusal('budget_invalid')``.
    """
    require(actor, "goodwill.edit")
    if not teams_of(actor).filter(pk=team.pk).exists():
        raise Refusal("not_found", _("There is no such team."))
    if monthly < 0:
        said = _("Zero or more.")
        raise Refusal("budget_invalid", said, fields={"monthly": said})
    budget = ledger.hold_budget(team.pk)
    more = monthly - budget.monthly
    if not more:
        return budget
    month, by = month_of(team.pk, timezone.now()), actor.pk if actor.is_agent else None
    if more > 0:
        ledger.grant(budget, more, month=month, key=ledger.key_of_grant(budget, month), agent_id=by)
    else:
        ledger.lower(budget, -more, key=f"lower:{uuid4()}", agent_id=by)
    budget.monthly = monthly
    budget.save(update_fields=["monthly"])
    announce(BudgetChanged(team_id=team.pk, amount=monthly), actor=actor)
    return budget


@in_one
def turn_the_month(*, team_id: int) -> int:
    """Grants the month that has begun and lets go what was left of those that are over; returns kopecks that went."""
    ledger.hold_budget(team_id)
    return ledger.expire(team_id, now=timezone.now())
