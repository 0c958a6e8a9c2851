"""``GET /live``: what happens, as it happens, for one agent; never about a case that they may not see.

``?case=7`` tells all of one case (``case``, ``looking``), ``?list=1`` what is new for the inbox (``list``); both tell
the agent's own ``alert``. ``?rows=reach.held`` says only that rows of that list have changed (``rows``), never which:
the page asks for them again and is given what its reader may see. What stands up on every page (``pop``: a call that
rings) is told to its own people on every stream, and on ``?pops=1`` alone. A browser that was away says how far it has
heard, and so does a page that was just drawn (``&after=41``: a place in the settled history); they are told what they
missed.
"""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.db.models import BigIntegerField, Q, QuerySet

from otklik.cases.models import Case
from otklik.cases.queries import case_of_conversation, conversation_ids, events_in_sight, may_see
from otklik.foundation.actors import Actor, may
from otklik.foundation.events.settled import settled_events
from otklik.foundation.in_use import is_in_use
from otklik.foundation.live.streams import Ended, Receive, Send, in_thread, stream, user_of
from otklik.foundation.manifest import LiveRows, Pop
from otklik.foundation.models import Event
from otklik.foundation.modules import live_rows, pops
from otklik.team.login import colleague
from otklik.team.queries import actor_for

NEWS = frozenset(
    {"cases.opened", "cases.heard", "cases.reopened", "cases.owner_changed", "cases.deputy_named", "cases.closed"}
)
"""What an open list wants to know."""

_ASKED_AGAIN_AFTER = 60.0
_REMEMBERED = 200
_SAME_FOR_SECONDS = 5
_MOST_MISSED = 200
_CHANGED = b'data: {"event": "rows"}\n\n'


@dataclass(kw_only=True)
class Listener:
    """Who listens and to what: the rows of one list, one case, or the inbox when both are None; or to pops alone.

    What stands up on every page is told to all of them.
    """

    actor: Actor
    case_id: int | None
    asked_at: float
    rows: LiveRows | None = None
    is_for_pops: bool = False


@dataclass(frozen=True, kw_only=True)
class About:
    """What a notification is about; ``case`` None when it is about no case."""

    case: Case | None
    alerted: int | None = None
    pops_up_for: frozenset[int] = frozenset()


async def live(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """The stream of a logged-in agent; 403 for anybody else, and for a case out of sight."""
    listener = await in_thread(lambda: listener_of(scope))
    if listener is None:
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"Log in first."})
        return

    async def wanted(payload: str) -> bytes | None:
        await _ask_again(listener, scope)
        return await event_for(listener, payload)

    async def missed() -> bytes:
        return await in_thread(lambda: missed_by(listener, scope))

    await stream(receive, send, wanted, missed=missed)


def listener_of(scope: MutableMapping[str, Any]) -> Listener | None:
    """Who is behind the connection; None without a log-in, or when they may not see the case they ask for."""
    agent = colleague(user_of(scope))
    if agent is None:
        return None
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    if "rows" in asked:
        return _listener_of_rows(actor_for(agent), asked["rows"][0])
    wish = asked.get("case", [""])[0]
    case_id = int(wish) if wish.isascii() and wish.isdigit() else None
    listener = Listener(actor=actor_for(agent), case_id=case_id, asked_at=time.monotonic(), is_for_pops="pops" in asked)
    if case_id is None:
        return listener
    case = _case(case_id)
    return listener if case is not None and may_see(listener.actor, case) else None


def _listener_of_rows(actor: Actor, name: str) -> Listener | None:
    rows = live_rows().get(name)
    is_open = (
        rows is not None and is_in_use(name.partition(".")[0]) and (not rows.permission or may(actor, rows.permission))
    )
    return Listener(actor=actor, case_id=None, asked_at=time.monotonic(), rows=rows) if is_open else None


async def _ask_again(listener: Listener, scope: MutableMapping[str, Any]) -> None:
    """A log-out, a new role or another team counts within a minute, on open streams too."""
    if time.monotonic() - listener.asked_at < _ASKED_AGAIN_AFTER:
        return
    now = await in_thread(lambda: listener_of(scope))
    if now is None:
        raise Ended
    listener.actor, listener.asked_at = now.actor, now.asked_at


async def event_for(listener: Listener, payload: str) -> bytes | None:
    """The event as this listener may hear it, None when it is not theirs."""
    note: dict[str, Any] = json.loads(payload)
    if (pop := _pop(note["name"])) is not None:
        about = await _about(payload, note)
        return _popped(pop) if listener.actor.pk in about.pops_up_for else None
    if listener.is_for_pops or not _concerns(listener, note):
        return None
    if listener.rows is not None:
        return _CHANGED if await _are_theirs(listener, listener.rows, payload, note) else None
    about = await _about(payload, note)
    if note["name"] == "cases.alerted":
        return _written("alert", note) if about.alerted == listener.actor.pk else None
    if about.case is None or not may_see(listener.actor, about.case):
        return None
    return _told(listener, note, about.case.pk)


async def _are_theirs(listener: Listener, rows: LiveRows, payload: str, note: dict[str, Any]) -> bool:
    if not rows.is_ones_own:
        return True
    is_whisper = note["id"] is None
    return _is_own(listener, note) if is_whisper else (await _about(payload, note)).alerted == listener.actor.pk


def _pop(name: str) -> Pop | None:
    return next((one for one in pops() if name in one.events and is_in_use(one.app)), None)


def _popped(pop: Pop) -> bytes:
    """The page asks for it, with the sight of its reader."""
    return f"data: {json.dumps({'event': 'pop', 'url': pop.url})}\n\n".encode()


def _concerns(listener: Listener, note: dict[str, Any]) -> bool:
    """A cheap first look, before the database is asked."""
    name = str(note["name"])
    if listener.rows is not None:
        return name in listener.rows.events or name in listener.rows.whispers
    if name == "cases.alerted":
        return True
    if listener.case_id is None:
        return name in NEWS and not _is_own(listener, note)
    return note["case"] == listener.case_id or (note["case"] is None and name.startswith("reach.message"))


def _is_own(listener: Listener, note: dict[str, Any]) -> bool:
    """Whether the listener did it; a customer may have the same number."""
    return (note["by"], note["actor"]) == (listener.actor.kind.value, listener.actor.pk)


def _told(listener: Listener, note: dict[str, Any], case_id: int) -> bytes | None:
    if listener.case_id is None:
        return _written("list", note)
    if case_id != listener.case_id:
        return None
    return _written("looking" if note["name"] == "cases.looking" else "case", {**note, "case": case_id})


def _written(kind: str, note: dict[str, Any]) -> bytes:
    return f"data: {json.dumps({'event': kind, **note})}\n\n".encode()


# ── What a notification is about: asked once per process, however many pages are open ─────
_known: OrderedDict[tuple[str, int], asyncio.Future[About]] = OrderedDict()


async def _about(payload: str, note: dict[str, Any]) -> About:
    key = (payload, int(time.monotonic()) // _SAME_FOR_SECONDS)
    if key not in _known:
        _known[key] = asyncio.ensure_future(in_thread(lambda: _look_up(note)))
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)
    return await asyncio.shield(_known[key])


def _look_up(note: dict[str, Any]) -> About:
    payload: dict[str, Any] = {}
    is_pop = _pop(note["name"]) is not None
    if note["id"] is not None and (note["case"] is None or is_pop or note["name"] == "cases.alerted"):
        payload = Event.objects.filter(pk=note["id"]).values_list("payload", flat=True).first() or {}
    case = _case(note["case"]) if note["case"] else None
    if case is None and payload.get("conversation_id"):
        case = case_of_conversation(payload["conversation_id"])
    return About(
        case=case,
        alerted=payload.get("agent_id") if note["name"] == "cases.alerted" else None,
        pops_up_for=frozenset(payload.get("agent_ids", ())) if is_pop else frozenset(),
    )


def _case(case_id: int) -> Case | None:
    return Case.objects.only("id", "owner_id", "deputy_id", "team_id", "customer_id").filter(pk=case_id).first()


def missed_by(listener: Listener, scope: MutableMapping[str, Any]) -> bytes:
    """What happened since the ``Last-Event-ID`` of a browser that comes back, or else since the page was drawn."""
    drawn = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after", [""])[0]
    last = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"), drawn)
    if not (last.isascii() and last.isdigit() and int(last) <= BigIntegerField.MAX_BIGINT):
        return b""
    stood_up = _missed_pops(listener, after=int(last))
    if listener.is_for_pops:
        return stood_up
    if listener.rows is not None:
        return stood_up + _missed_rows(listener, listener.rows, after=int(last))
    alerts = settled_events(after=int(last)).filter(name="cases.alerted", payload__agent_id=listener.actor.pk)
    told = [_written("alert", _note(row)) for row in alerts[:_MOST_MISSED]]
    told += [
        news
        for row in _of_interest(listener, after=int(last))[:_MOST_MISSED]
        if (news := _told(listener, _note(row), listener.case_id or row.case_id or 0))
    ]
    return stood_up + b"".join(told)


def _missed_pops(listener: Listener, *, after: int) -> bytes:
    events = [name for one in pops() for name in one.events]
    missed = settled_events(after=after).filter(name__in=events, payload__agent_ids__contains=[listener.actor.pk])
    names = set(missed.values_list("name", flat=True)[:_MOST_MISSED])
    return b"".join(_popped(one) for one in pops() if names & set(one.events))


def _missed_rows(listener: Listener, rows: LiveRows, *, after: int) -> bytes:
    missed = settled_events(after=after).filter(name__in=rows.events)
    if rows.is_ones_own:
        missed = missed.filter(payload__agent_id=listener.actor.pk)
    return _CHANGED if missed.exists() else b""


def _of_interest(listener: Listener, *, after: int) -> QuerySet[Event]:
    if listener.case_id is None:
        mine = Q(actor_kind=listener.actor.kind.value, actor_id=listener.actor.pk)
        return events_in_sight(listener.actor, after=after).filter(name__in=NEWS).exclude(mine)
    said = conversation_ids(Case(pk=listener.case_id))
    of_its_letters = Q(case_id=None, name__startswith="reach.message", payload__conversation_id__in=said)
    return settled_events(after=after).filter(Q(case_id=listener.case_id) | of_its_letters)


def _note(row: Event) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "case": row.case_id, "by": row.actor_kind, "actor": row.actor_id}
