"""Whom not to ask: rules about a person, whatever they were asked by and under whichever record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from otklik.cases.models import Case
from otklik.complaints.models import FINISHED, Complaint
from otklik.customers.models import Customer
from otklik.customers.queries import email_of
from otklik.foundation.in_use import is_in_use
from otklik.foundation.policies import policy
from otklik.reach.models import Message
from otklik.surveys.models import Invitation, Rule, Silence, Survey

UNDER_WAY = (Case.State.OPEN, Case.State.SOLVED)
"""Somebody still works on it, or the customer was just asked whether it is solved."""


@dataclass(frozen=True, kw_only=True)
class Why:
    """``until``: when the rule lets go; None for never, or where nobody knows. ``detail``: the step of the gate."""

    rule: Rule
    until: datetime | None = None
    detail: str = ""


def why_not(*, customer: Customer, survey: Survey, now: datetime, is_reminder: bool = False) -> Why | None:
    """The first rule against asking this person by this survey now; None when they may be asked.

    Two clocks run from the last letter that asked them: over all surveys, and over those of its family. Both are
    rolling, and reminders count. A reminder itself asks no clock: the letter that it reminds of did.
    """
    if customer.erased_at is not None:
        return Why(rule=Rule.GONE)
    return (
        _silence(customer, survey, now)
        or _way(customer)
        or _under_way(customer)
        or (None if is_reminder else _clocks(customer, survey, now))
    )


def _silence(customer: Customer, survey: Survey, now: datetime) -> Why | None:
    kept = Silence.objects.filter(customer=customer, family=survey.family).first()
    if kept is None or (kept.until is not None and kept.until <= now):
        return None
    return Why(rule=Rule.NEVER) if kept.until is None else Why(rule=Rule.NOT_NOW, until=kept.until)


def _way(customer: Customer) -> Why | None:
    pressed = Message.objects.filter(conversation__customer=customer, automatic_because="complaint")
    if pressed.exists():
        return Why(rule=Rule.SPAM)
    return None if email_of(customer) else Why(rule=Rule.NO_ADDRESS)


def _under_way(customer: Customer) -> Why | None:
    complaints = Complaint.objects.filter(customer=customer).exclude(stage__in=FINISHED)
    if is_in_use("complaints") and complaints.exclude(case__state=Case.State.SPAM).exists():
        return Why(rule=Rule.COMPLAINT)
    if Case.objects.filter(customer=customer, state__in=UNDER_WAY).exclude(custom__has_key="merged_into").exists():
        return Why(rule=Rule.CASE_OPEN)
    return None


def _clocks(customer: Customer, survey: Survey, now: datetime) -> Why | None:
    asked = Invitation.objects.filter(customer=customer, asked_at__isnull=False)
    waiting = asked.filter(survey=survey, state=Invitation.State.WAITING, expires_at__gt=now)
    if until := waiting.aggregate(last=Max("expires_at"))["last"]:
        return Why(rule=Rule.WAITING, until=until)
    family = Why(
        rule=Rule.FAMILY, until=_free(asked.filter(survey__family=survey.family), "surveys.days_between_family")
    )
    lately = Why(rule=Rule.LATELY, until=_free(asked, "surveys.days_between_all"))
    running = [one for one in (lately, family) if one.until is not None and one.until > now]
    return max(running, key=lambda one: one.until or now, default=None)


def _free(asked: QuerySet[Invitation], rule: str) -> datetime | None:
    """When the clock of these has run down; None when it never ran."""
    last: datetime | None = asked.aggregate(last=Max("asked_at"))["last"]
    return last + timedelta(days=int(policy(rule))) if last else None
