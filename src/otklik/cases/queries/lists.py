"""The lists of the desk, how many cases there are, and who has how many."""

from datetime import datetime, timedelta
from functools import cache

from django.db.models import Count, F, FloatField, Max, Q, QuerySet, Sum
from django.db.models.functions import Extract, Least, Now
from django.utils import timezone

from otklik.cases.models import Case
from otklik.customers.models import Customer
from otklik.foundation.actors import Actor
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.database.remembering import remembered
from otklik.foundation.gauges import gauge
from otklik.team.choosing import Load
from otklik.team.models import Agent, Team

MERGED = Q(custom__has_key="merged_into")
"""Cases that go on in another one: found by their number, counted nowhere."""
SPAM = Q(state=Case.State.SPAM)
"""Cases that are no matter of a customer: in a list of their own, counted nowhere."""
_WEEK = timedelta(days=7)
AT_RISK = timedelta(minutes=60)
"""A promise with less than this left is at risk."""


@gauge("otklik_open_cases", "Cases that somebody works on.")
def open_cases() -> int:
    return Case.objects.filter(state=Case.State.OPEN).count()


@gauge("otklik_solved_cases", "Cases that wait for the customer's word.")
def solved_cases() -> int:
    return Case.objects.filter(state=Case.State.SOLVED).count()


@remembered(seconds=2)
def open_load(team: Team) -> dict[int, Load]:
    """Agent id → what they have, for the members of a team; other processes' newest cases may be missing for 2 seconds.

    A case weighs 1 when it comes and 2 after a week.
    """
    age = Extract(Now() - F("created_at"), "epoch") / _WEEK.total_seconds()
    rows = (
        Case.objects.filter(state=Case.State.OPEN, owner__memberships__team=team)
        .values("owner_id")
        .annotate(cases=Count("id"), weight=Sum(1 + Least(age, 1.0), output_field=FloatField()), last=Max("id"))
        .values_list("owner_id", "cases", "weight", "last")
    )
    return {pk: Load(cases=cases, weight=float(weight), last=last) for pk, cases, weight, last in rows}


_served = Compiled(
    lambda: Case.objects.filter(customer_id=Given("customer")).exclude(SPAM).order_by("-id").values_list("owner_id")[:5]
)


def served_before(customer: Customer) -> list[int]:
    """Owners of this customer's cases, latest first; spam says nothing of who serves whom."""
    return list(dict.fromkeys(owner_id for (owner_id,) in _served(customer=customer.pk)))


def unfinished_of(agent: Agent) -> QuerySet[Case]:
    """What an agent accompanies and has not brought to its end, the one that is due first on top."""
    rows = Case.objects.filter(owner=agent, state__in=[Case.State.OPEN, Case.State.SOLVED])
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def left_behind() -> QuerySet[Case]:
    """Unfinished cases whose owner no longer serves here: there should be none."""
    unfinished = Case.objects.filter(state__in=[Case.State.OPEN, Case.State.SOLVED])
    gone = Q(owner__is_active=False) | Q(owner__came_at=None)
    return unfinished.filter(gone).select_related("customer", "owner", "team__working_time").order_by("id")


_OF_A_CUSTOMER = (
    "customer_id", "team_id", "owner_id", "deputy_id", "state", "came_back", "channel", "subject", "last_word_at",
    "custom", "word__words", "word__satisfaction",
)  # fmt: skip


def cases_of_customer(customer_id: int, *, most: int) -> list[Case]:
    """What a line says of each case of one person, without spam, by the newest word; no matter who reads it."""
    return _of_a_customer(most)(customer=customer_id)


@cache
def _of_a_customer(most: int) -> Compiled[Case]:
    rows = Case.objects.filter(~SPAM, customer_id=Given("customer")).select_related("word").only(*_OF_A_CUSTOMER)
    return Compiled(lambda: rows.order_by("-last_word_at")[:most])


def view_filter(name: str, actor: Actor, *, now: datetime | None = None) -> Q:
    """The condition of a built-in view. Raises ``KeyError`` for an unknown name."""
    now = now or timezone.now()
    mine = Q(owner_id=actor.pk) | Q(deputy_id=actor.pk)
    is_open = Q(state=Case.State.OPEN)
    views = {
        "open": is_open,
        "mine": is_open & mine,
        "waiting": is_open & Q(waits_for=Case.WaitsFor.US),
        "at-risk": is_open & Q(due_at__lt=now + AT_RISK),
        "solved": Q(state=Case.State.SOLVED),
        "came-back": is_open & Q(came_back__gt=0),
        "undelivered": Q(is_undelivered=True) & ~SPAM,
        "closed": Q(state__in=[Case.State.SATISFIED, Case.State.UNCONFIRMED]) & ~MERGED,
        "unconfirmed": Q(state=Case.State.UNCONFIRMED) & ~MERGED,
        "spam": SPAM,
        "all": ~SPAM,
    }
    return views[name]
