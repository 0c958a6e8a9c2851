"""Gifts, budgets and rules, made by the same actions that leads use. Money in rubles where nothing else is said."""

from typing import Any

from django.db import connection

from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.goodwill.actions import Wish, set_budget, set_gift, set_rule
from otklik.goodwill.models import Gift, Rule
from otklik.team.models import Team

RUBLE = 100


def make_gift(code: str = "courier", cost: int = 420, **values: Any) -> Gift:
    chosen = {"code": code, "name": f"Подарок {code}", "cost": cost * RUBLE} | values
    return set_gift(gift=None, actor=SYSTEM, values=chosen)


def make_rule(code: str = "third-lesson", **values: Any) -> Rule:
    chosen = {"code": code, "name": f"Правило {code}", "text": "После третьего занятия возвращаем за оставшиеся."}
    return set_rule(rule=None, actor=SYSTEM, values=chosen | values)


def make_budget(team: Team, rubles: int = 60_000) -> None:
    set_budget(team=team, monthly=rubles * RUBLE, actor=SYSTEM)


def wish(gift: Gift, **values: Any) -> Wish:
    return Wish(gift=gift, **values)


def ready(case: Case, rubles: int = 60_000) -> Gift:
    """A budget for the team of the case, and a gift of 420 rubles."""
    make_budget(case.team, rubles)
    return make_gift()


def settle_the_ledger() -> None:
    """Whatever the database asks at the commit, it asks now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
