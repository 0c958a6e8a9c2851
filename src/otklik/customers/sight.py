"""Whose file an agent may open. Who is served by whom is known above: the app that knows it says so here, once."""

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.customers.models import Customer
from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal

type Rule = Callable[[Actor], Q]
_rules: list[Rule] = []


def seen_when(rule: Rule) -> Rule:
    """Decorator of the rule: which customers (by an outer ``pk``) an agent without the sight of all may see."""
    _rules.append(rule)
    return rule


def in_sight(actor: Actor) -> Q:
    """The condition on customers for this actor; customers see themselves."""
    if actor.sees_all:
        return Q()
    if actor.is_customer:
        return Q(pk=actor.pk)
    seen = Q(pk__in=[])
    for rule in _rules:
        seen |= rule(actor)
    return seen


def may_see_customer(actor: Actor, customer: Customer) -> bool:
    return actor.sees_all or Customer.objects.filter(in_sight(actor), pk=customer.pk).exists()


def require_customer(actor: Actor, permission: str, customer: Customer) -> None:
    """Raise ``Refusal('not_allowed')`` without the right, ``Refusal('not_found')`` for a customer out of sight."""
    require(actor, permission)
    if not may_see_customer(actor, customer):
        raise not_found()


def not_found() -> Refusal:
    return Refusal("not_found", _("There is no such customer, or you may not see them."))
