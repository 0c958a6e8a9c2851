"""The part of goodwill in the demo company: a catalogue, five weeks of gestures and refusals, one that waits."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files
from random import Random
from typing import Any

from django.utils import timezone

from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.manifest import Deeds
from otklik.goodwill.actions import (
    Wish,
    ask_lead,
    give,
    reverse_gesture,
    say_no,
    set_budget,
    set_gift,
    set_rule,
    set_situation,
)
from otklik.goodwill.models import Gesture, Gift, Rule, SaidNo
from otklik.goodwill.money import KOPECKS
from otklik.goodwill.queries import gifts_for, gifts_in, left_of_agent, purse_of, situations_for
from otklik.standards.models import Standard
from otklik.team.models import Team
from otklik.team.queries import actor_for

_BEGAN, _DAYS = timedelta(days=33), range(30, 0, -1)
_AMONG = 12
_REFUSED_ON = 0.4
"""The share of days on which somebody is refused something."""


def deeds(now: datetime, chance: Random) -> Deeds:
    """The catalogue at first, then on most days a gesture or two, now and then a "no", and today a question."""
    told = tomllib.loads(files("otklik.goodwill").joinpath("demo.toml").read_text(encoding="utf-8"))
    [given] = told["given"]
    yield now - _BEGAN, partial(_arrange, told)
    for day in _DAYS:
        for _time in range(chance.randint(0, 2)):
            moment = now - timedelta(days=day, minutes=chance.randint(0, 400))
            yield moment, partial(_give, chance, chance.choice(given["reasons"]))
        if chance.random() < _REFUSED_ON:
            yield now - timedelta(days=day, minutes=chance.randint(0, 400)), partial(_refuse, chance)
    yield now - timedelta(days=3), _take_back
    yield now - timedelta(minutes=20), partial(_ask, given["reasons"][1])


def _arrange(told: Mapping[str, Any]) -> None:
    for name, rubles in told["budgets"].items():
        set_budget(team=Team.objects.get(name=name), monthly=rubles * KOPECKS, actor=SYSTEM)
    for one in told["gifts"]:
        set_gift(gift=None, actor=SYSTEM, values={**one, "cost": one["cost"] * KOPECKS})
    for one in told["situations"]:
        gifts = Gift.objects.filter(code__in=one["gifts"])
        set_situation(situation=None, actor=SYSTEM, values={**one, "gifts": gifts})
    for one in told["rules"]:
        standard = Standard.objects.filter(case_kind=one.get("standard", "—")).first()
        set_rule(rule=None, actor=SYSTEM, values={**one, "standard": standard})


def _open_cases() -> list[Case]:
    """Where something may be given now: the last that were spoken in, each once."""
    rows = Case.objects.filter(state=Case.State.OPEN, kind__in=["complaint", "request"], waits_for="us")
    rows = rows.select_related("owner", "customer", "team__working_time").order_by("-last_word_at", "-pk")
    known = set(Gesture.objects.values_list("case_id", flat=True)) | set(
        SaidNo.objects.values_list("case_id", flat=True)
    )
    return [case for case in rows[: 3 * _AMONG] if case.pk not in known][:_AMONG]


def _give(chance: Random, reason: str) -> None:
    cases = _open_cases()
    if not cases:
        return
    case = chance.choice(cases)
    likely, _unlikely = situations_for(case)
    situation = chance.choice(likely) if likely else None
    fitting, others = gifts_in(situation) if situation else gifts_for(case)
    gift = chance.choice([one for one in fitting or others if not one.needs_a_lead])
    amount = chance.randrange(300, 1900, 50) * KOPECKS if gift.is_open else gift.cost
    if _may(case, amount):
        wish = Wish(gift=gift, amount=amount, reason=reason, situation=situation)
        give(case=case, wish=wish, actor=actor_for(case.owner))


def _may(case: Case, amount: int) -> bool:
    now = timezone.now()
    left, purse = left_of_agent(case.owner_id, case.team_id, now=now), purse_of(case.team_id, now=now)
    return amount <= min(left.day, left.month, purse.left)


def _refuse(chance: Random) -> None:
    cases = _open_cases()
    if not cases:
        return
    case, rule = chance.choice(cases), chance.choice(list(Rule.objects.order_by("pk")))
    say_no(case=case, rule=rule, reason=rule.words, actor=actor_for(case.owner), instead=_instead(case))


def _instead(case: Case) -> Gift | None:
    fitting, _others = gifts_for(case)
    return fitting[0] if fitting else None


def _take_back() -> None:
    """Somebody wrote the same gesture down twice."""
    last = Gesture.objects.filter(state=Gesture.State.GIVEN, amount__gt=0).select_related("agent", "case__team")
    gesture = last.order_by("-pk").first()
    if gesture is not None and gesture.given_at is not None and gesture.given_at > timezone.now() - timedelta(hours=20):
        reverse_gesture(gesture=gesture, reason="Записано дважды", actor=actor_for(gesture.agent))


def _ask(reason: str) -> None:
    """A seat for whoever still waits for a book: that only a lead gives."""
    rows = Case.objects.filter(state=Case.State.OPEN, subject__startswith="Не пришёл учебник")
    rows = rows.filter(owner__role=Role.AGENT)  # a lead has nobody to ask
    case = rows.select_related("owner", "customer", "team__working_time").order_by("-pk").first()
    if case is not None:
        wish = Wish(gift=Gift.objects.get(code="seat"), reason=reason)
        ask_lead(case=case, wish=wish, actor=actor_for(case.owner))
