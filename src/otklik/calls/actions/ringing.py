"""What exchanges tell of calls: who rings where, who took it up, what was missed."""

from collections.abc import Iterable
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from otklik.calls.actions.owing import note_spoken, note_try, owe_call_back
from otklik.calls.actions.recording import fetch_soon
from otklik.calls.adapters.told import Step, Told
from otklik.calls.events import CallRang
from otklik.calls.models import Call
from otklik.calls.queries import agents_named, at_extensions
from otklik.calls.values import Direction
from otklik.customers.actions import normalise
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.reach.models import Inbox
from otklik.team.queries import first_team, here_in, team_by_id

_LONGEST_LINE: Final = 60
_LONGEST_QUEUE: Final = 80
_MOST_RUNG: Final = 100


def take_all(*, told: Iterable[Told], inbox: Inbox) -> None:
    """Write down what an exchange tells, one step after the other. Safe to be told twice, and in any order."""
    for one in told:
        take_call(told=one, inbox=inbox)


@in_one
def take_call(*, told: Told, inbox: Inbox) -> Call:
    """One step of one call; screens hear of it, and a missed one becomes a promise."""
    _one_at_a_time(inbox, told.call)
    call, before = _known(told, inbox)
    changes = _changes(call, told)
    for name, value in changes.items():
        setattr(call, name, value)
    if changes:
        Call.objects.filter(pk=call.pk).update(**changes)
        _tell_screens(call, before)
    _mind(call, changes)
    return call


def _one_at_a_time(inbox: Inbox, call: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"call:{inbox.pk}:{call}"])


def _known(told: Told, inbox: Inbox) -> tuple[Call, set[int]]:
    """The row of this call, made now if this is its first step; and whose screens showed it before."""
    known = Call.objects.filter(inbox=inbox, external_id=told.call).first()
    if known is not None:
        return known, set(known.rings_for)
    made = Call.objects.create(
        inbox=inbox,
        external_id=told.call,
        direction=told.direction,
        phone=_phone(told.number),
        line=told.line[:_LONGEST_LINE],
        queue=told.queue[:_LONGEST_QUEUE],
        began_at=timezone.now(),
    )
    return made, set()


def _phone(number: str) -> str:
    """By the house's rule, with the plus that exchanges leave out; '' for hidden, inner and odd ones."""
    digits = number.strip()
    if digits.isascii() and digits.isdigit() and len(digits) > 10 and not digits.startswith("8"):  # noqa: PLR2004
        digits = f"+{digits}"
    try:
        return normalise("phone", digits)
    except Refusal:
        return ""


def _changes(call: Call, told: Told) -> dict[str, Any]:
    now = timezone.now()
    changes: dict[str, Any] = {}
    if told.step is Step.RINGS and call.ended_at is None and call.answered_at is None:
        rings = list(dict.fromkeys([*call.rings_for, *_rung(call, told)]))[:_MOST_RUNG]
        if rings != call.rings_for:
            changes["rings_for"] = rings
    answered = told.step is Step.ANSWERED or (told.step is Step.ENDED and told.is_answered is True)
    if answered and call.answered_at is None:
        changes["answered_at"] = now
    if told.step is Step.ANSWERED and call.agent_id is None and (agents := _inside(told)):
        changes["agent_id"] = agents[0]
    if told.step is Step.ENDED and call.ended_at is None:
        changes |= {"ended_at": now, "cause": told.cause[:_LONGEST_LINE]}
    if told.step is Step.RECORDED and told.recording and not (call.recording_id or call.recording_url):
        changes["recording_url"] = told.recording
    return changes


def _inside(told: Told) -> list[int]:
    """Colleagues whose number, address or name the exchange says."""
    return list(dict.fromkeys([*at_extensions(told.inside), *agents_named(told.inside)]))


def _rung(call: Call, told: Told) -> list[int]:
    """Whose screens show it: who is rung, else, while nobody is known, all of the door's team who are here."""
    if agents := _inside(told):
        return agents
    if call.direction == Direction.OUT or call.rings_for:
        return []
    team = team_by_id(call.inbox.team_id) if call.inbox.team_id else first_team()
    return [one.pk for one in here_in(team)]


def _tell_screens(call: Call, before: set[int]) -> None:
    concerned = before | set(call.rings_for) | ({call.agent_id} if call.agent_id else set())
    if concerned:
        announce(CallRang(call_id=call.pk, agent_ids=sorted(concerned)), actor=SYSTEM)


def _mind(call: Call, changes: dict[str, Any]) -> None:
    """What follows from what is new."""
    if "answered_at" in changes:
        note_spoken(call=call)
    if "ended_at" in changes and call.answered_at is None:
        if call.direction == Direction.IN:
            owe_call_back(call=call)
        else:
            note_try(call=call)
    if "recording_url" in changes:
        fetch_soon(call_id=call.pk)


@in_one
def not_for_me(*, call: Call, actor: Actor) -> None:
    """My screen shows this call no longer; it rings on for the others. Safe to run twice."""
    require(actor, "calls.note")
    row = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    if actor.agent_id in row.rings_for:
        Call.objects.filter(pk=row.pk).update(rings_for=[pk for pk in row.rings_for if pk != actor.agent_id])
