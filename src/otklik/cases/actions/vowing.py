"""What a person promises the customer beside the standard: a call or a visit at a time, the next word by a moment."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Unpack

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.holding import hold
from otklik.cases.clocks import owed_at
from otklik.cases.events import PromiseKept, PromiseMade, PromiseMoved, PromiseWithdrawn
from otklik.cases.models import Case
from otklik.cases.moves import too_late
from otklik.cases.queries import Seen
from otklik.cases.vows import (
    LATEST,
    Vow,
    VowKind,
    iso,
    nearest,
    running,
    unsaid,
    vow_of,
    vows_of,
    with_vow,
    without,
)
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce

LONGEST_ABOUT: Final = 200


@in_one
def make_promise(
    *,
    case: Case,
    actor: Actor,
    kind: str,
    by: datetime,
    about: str = "",
    letter_id: int = 0,
    **seen: Unpack[Seen],
) -> Vow:
    """Promise the customer a call, a visit or the next word; a case promises one of a kind at a time.

    ``letter_id``: the letter in which it is said; a next word said anew takes the place of the one before.
    Raises ``Refusal('promise_kind_unknown' | 'promise_in_the_past' | 'promise_too_far' | 'promised_already' |
    'case_is_closed' | 'changed_meanwhile')``.
    """
    hold(case, actor=actor, permission="cases.promise", **seen)
    check_open(case)
    sort, now = kind_of(kind), timezone.now()
    before = running(case, sort)
    if before is not None and not letter_id:
        raise Refusal("promised_already", _("This is promised already. Move what is promised, or withdraw it."))
    vow = Vow(
        kind=sort,
        due_at=check_moment(by),
        since=now,
        by=actor.pk if actor.is_agent else None,
        about=about.strip()[:LONGEST_ABOUT],
        letter_id=letter_id,
        instead=before.kept() if before else None,
    )
    _write(case, with_vow(case, vow))
    announce(PromiseMade(**_of(case), kind=vow.kind, due_at=iso(vow.due_at)), actor=actor)
    return vow


@in_one
def move_promise(*, case: Case, actor: Actor, kind: str, by: datetime, **seen: Unpack[Seen]) -> Vow:
    """Another moment for what is promised. Raises ``Refusal('promise_unknown')`` and what ``make_promise`` raises."""
    hold(case, actor=actor, permission="cases.promise", **seen)
    check_open(case)
    before = _running(case, kind)
    vow = replace(before, due_at=check_moment(by), since=timezone.now())
    _write(case, with_vow(case, vow))
    happened = PromiseMoved(**_of(case), kind=vow.kind, before=iso(before.due_at), due_at=iso(vow.due_at))
    announce(happened, actor=actor)
    return vow


@in_one
def keep_vow(*, case: Case, actor: Actor, kind: str, at: datetime | None = None, **seen: Unpack[Seen]) -> Vow:
    """The customer was called, visited or told; ``at``: when, if that was earlier than now.

    Raises ``Refusal('promise_unknown' | 'given_at_invalid' | 'changed_meanwhile')``.
    """
    hold(case, actor=actor, permission="cases.promise", **seen)
    vow, now = _running(case, kind), timezone.now()
    at = at or now
    if not vow.since <= at <= now:
        text = _("Say a moment between the promise and now.")
        raise Refusal("given_at_invalid", text, fields={"at": text})
    kept = replace(vow, given_at=at, instead=None)
    _write(case, with_vow(case, kept))
    announce(PromiseKept(**_of(case), kind=vow.kind, due_at=iso(vow.due_at), given_at=iso(at)), actor=actor)
    return kept


@in_one
def withdraw_promise(*, case: Case, actor: Actor, kind: str, **seen: Unpack[Seen]) -> Vow:
    """It is not promised any more, as the customer knows.

    Raises ``Refusal('promise_unknown' | 'changed_meanwhile')``.
    """
    hold(case, actor=actor, permission="cases.promise", **seen)
    vow = _running(case, kind)
    _write(case, without(case, vow.kind))
    announce(PromiseWithdrawn(**_of(case), kind=vow.kind, due_at=iso(vow.due_at)), actor=actor)
    return vow


@in_one
def put_promise_back(
    *, case: Case, actor: Actor, kind: str, done: dict[str, Any] | None, was: dict[str, Any] | None
) -> None:
    """Undo: what was ``done`` becomes what it ``was``, both as they stand in ``Case.promised``, None for nothing.

    Raises ``Refusal('changed_meanwhile')`` when it is something else by now.
    """
    hold(case, actor=actor, permission="cases.promise")
    standing = next((kept for kept in case.promised if kept["kind"] == kind), None)
    if standing != done:
        raise too_late()
    vow = vow_of(was or done or {})
    _write(case, with_vow(case, vow) if was else without(case, vow.kind))
    happened = (PromiseMade if was else PromiseWithdrawn)(**_of(case), kind=vow.kind, due_at=iso(vow.due_at))
    announce(happened, actor=actor)


def unsay(*, case: Case, letter_id: int) -> None:
    """The letter that told a promise was taken back before it left: nobody has heard of it."""
    promised = unsaid(case, letter_id)
    if promised is not None:
        _write(case, promised)
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now())


def forget_what_about(cases: QuerySet[Case]) -> None:
    """When something was promised stays; what about is a person's."""
    for case in cases.exclude(promised=[]).only("id", "promised"):
        promised = [replace(one, about="", instead=None).kept() for one in vows_of(case)]
        Case.objects.filter(pk=case.pk).update(promised=promised)


def check_open(case: Case) -> None:
    """Raises ``Refusal('case_is_closed')``: nothing new is promised in a matter that is over."""
    if case.is_closed:
        raise Refusal("case_is_closed", _("This case is closed. Open it again before you promise something."))


def check_moment(by: datetime) -> datetime:
    """Raises ``Refusal('promise_in_the_past' | 'promise_too_far')``."""
    now = timezone.now()
    if by <= now:
        text = _("Choose a moment that is still ahead.")
        raise Refusal("promise_in_the_past", text, fields={"due_at": text})
    if by > now + LATEST:
        text = _("Nothing is promised for more than a year ahead.")
        raise Refusal("promise_too_far", text, fields={"due_at": text})
    return by


def kind_of(kind: str) -> VowKind:
    """Raises ``Refusal('promise_kind_unknown')``."""
    if kind not in set(VowKind):
        text = _("A person promises a call (call_back), a visit (visit) or the next word (next_word).")
        raise Refusal("promise_kind_unknown", text, fields={"kind": text})
    return VowKind(kind)


def _running(case: Case, kind: str) -> Vow:
    vow = running(case, kind_of(kind))
    if vow is None:
        raise Refusal("promise_unknown", _("Nothing of that kind is promised in this case now."))
    return vow


def _write(case: Case, promised: list[dict[str, Any]]) -> None:
    case.promised = promised
    case.due_at = nearest(case, owed_at(case)) if case.state == Case.State.OPEN else None
    changes = {"promised": promised, "due_at": case.due_at, "updated_at": timezone.now()}
    Case.objects.filter(pk=case.pk).update(**changes)


def _of(case: Case) -> dict[str, Any]:
    return {"case_id": case.pk, "customer_id": case.customer_id}
