"""Whom we owe a call: missed or asked for. The moment is a promise of the case; here stands whom, and why."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.calls.events import CalledBack, CallOwed, MissedAgain
from otklik.calls.models import Call, CallBack, Talk
from otklik.calls.queries import call_backs_owed_in, last_missed, open_case_of
from otklik.calls.values import Because, Direction, Way
from otklik.cases.actions import keep_vow, make_promise, open_for_customer
from otklik.cases.models import Case
from otklik.cases.vows import VowKind, running
from otklik.customers.actions import identify
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import DomainEvent, announce
from otklik.foundation.policies import policy
from otklik.team.queries import team_by_id
from otklik.team.working_time import add_working

_AN_HOUR: Final = timedelta(hours=1)


# ── Missed ────────────────────────────────────────────────────────────────────────────────
@in_one
def owe_call_back(*, call: Call) -> CallBack | None:
    """A missed call becomes a promise to call back: one for each number and hour, None where nobody can be called.

    A known person's open case promises it, else a new one. While we owe that number a call it only counts once more.
    """
    if not call.phone:
        return None
    _one_at_a_time(call.phone)
    known = last_missed(call.phone)
    if known is not None and known.done_at is None and known.case.is_closed:
        close_call_backs(case=known.case, actor=SYSTEM)  # the customer had their way without it
        known = None
    if known is not None and _is_the_same(known, call):
        return _count(known, call)
    case = open_case_of(call.phone) or _open(call)
    row = CallBack.objects.create(
        case=case, because=Because.MISSED, phone=call.phone, first_at=call.began_at, last_at=call.began_at
    )
    _promise(case)
    announce(_of(case, CallOwed, call_back_id=row.pk, because=row.because), actor=SYSTEM)
    return row


def _one_at_a_time(phone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"call-back:{phone}"])


def _is_the_same(known: CallBack, call: Call) -> bool:
    """Whether this call is one more of those that we owe a call for. Once we have spoken, a new one is new."""
    if known.done_at is None:
        return True
    return known.done_by_id is None and call.began_at < known.last_at + _AN_HOUR


def _count(known: CallBack, call: Call) -> CallBack:
    known.times += 1
    known.last_at = max(known.last_at, call.began_at)
    CallBack.objects.filter(pk=known.pk).update(times=F("times") + 1, last_at=known.last_at)
    announce(_of(known.case, MissedAgain, call_back_id=known.pk), actor=SYSTEM)
    return known


def _open(call: Call) -> Case:
    """A case for whoever we could not answer; the number is theirs, nobody else's is joined with it."""
    customer = identify(kind="phone", value=call.phone)
    with translation.override(customer.language):
        subject = _("Missed call")
        text = _("Called %(phone)s and reached nobody.") % {"phone": call.phone}
    case, _word = open_for_customer(
        customer=customer,
        subject=subject,
        text=text,
        actor=SYSTEM,
        channel=Way.PHONE,
        external_id=f"call:{call.inbox_id}:{call.external_id}",
        at=call.began_at,
    )
    return case


def _promise(case: Case) -> None:
    """By the working time of the team; what was promised already stands."""
    case.refresh_from_db()
    if case.is_closed or running(case, VowKind.CALL_BACK) is not None:
        return
    by = add_working(timezone.now(), policy("calls.call_back_minutes"), team_by_id(case.team_id).working_time)
    make_promise(case=case, actor=SYSTEM, kind=VowKind.CALL_BACK, by=by, about=_("missed call"))


# ── Called back ───────────────────────────────────────────────────────────────────────────
@in_one
def note_spoken(*, call: Call) -> None:
    """Somebody spoke with that number: whatever we owed it is done, whoever had called whom. Safe to run twice."""
    if call.phone and call.answered_at is not None:
        owed = CallBack.objects.filter(phone=call.phone, done_at=None).select_related("case").order_by("id")
        for row in owed:
            settle_call_backs(case=row.case, actor=SYSTEM, call=call, at=call.answered_at)


@in_one
def note_try(*, call: Call) -> None:
    """We called and they did not take it up: the promise stands, and it is seen that we tried."""
    if call.phone and call.direction == Direction.OUT:
        CallBack.objects.filter(phone=call.phone, done_at=None).update(tries=F("tries") + 1)


@in_one
def settle_call_backs(*, case: Case, actor: Actor, call: Call | None = None, at: datetime | None = None) -> None:
    """We have spoken with the customer of this case: the promise to call is kept. Safe to run twice."""
    close_call_backs(case=case, actor=actor, call=call, at=at)
    case.refresh_from_db(fields=["promised"])
    vow = running(case, VowKind.CALL_BACK)
    if vow is not None:
        given = min(max(at, vow.since), timezone.now()) if at else None
        keep_vow(case=case, actor=actor, kind=VowKind.CALL_BACK, at=given)


@in_one
def close_call_backs(*, case: Case, actor: Actor, call: Call | None = None, at: datetime | None = None) -> None:
    """Nothing is owed in this case any longer, by whatever way that was said. Safe to run twice."""
    for row in call_backs_owed_in(case):
        if CallBack.objects.filter(pk=row.pk, done_at=None).update(done_at=at or timezone.now(), done_by=call):
            happened = _of(case, CalledBack, call_back_id=row.pk, call_id=call.pk if call else 0)
            announce(happened, actor=actor)


@in_one
def bring_together(*, from_case_id: int, case_id: int) -> None:
    """Two cases became one: what is owed and was said in either stands in the one that goes on."""
    CallBack.objects.filter(case=from_case_id).update(case=case_id)
    Talk.objects.filter(case=from_case_id).update(case=case_id)


def _of[E: DomainEvent](case: Case, event: type[E], **facts: Any) -> E:
    return event(case_id=case.pk, customer_id=case.customer_id, **facts)
