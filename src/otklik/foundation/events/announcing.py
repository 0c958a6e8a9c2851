"""History and reactions: ``announce`` writes one row and defers one job per reaction, in the caller's transaction."""

import dataclasses
import importlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import connection
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import gather, whole
from otklik.foundation.events.settled import BEFORE_THE_FIRST_ID
from otklik.foundation.in_use import app_of, is_in_use
from otklik.foundation.live.bell import tell_pages, wake_workers
from otklik.foundation.models import Event
from otklik.foundation.modules import modules, sentences

logger = logging.getLogger(__name__)

_URGENT: Final = 10
_SOMEBODY_ELSE_AFTER: Final = timedelta(seconds=5)


@dataclasses.dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Base of every event: ids and numbers only. ``event_name`` is stable for ever: 'cases.solved'."""

    event_name: ClassVar[str]
    case_id: int | None = None
    customer_id: int | None = None


type Reaction[E: DomainEvent] = Callable[[E], None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Registered:
    path: str
    run: Callable[[Any], None]
    priority: int
    when: Callable[[Any], bool] | None
    while_off: bool = False

    def hears(self, happened: Any) -> bool:
        return self.is_there and (self.when is None or self.when(happened))

    @property
    def is_there(self) -> bool:
        """Whether the house uses the app that reacts."""
        return self.while_off or is_in_use(app_of(self.path))


_kinds: dict[str, type[DomainEvent]] = {}
_reactions: dict[str, list[_Registered]] = {}
_listeners: list[_Registered] = []


def event(name: str) -> Callable[[type[DomainEvent]], type[DomainEvent]]:
    """Class decorator that gives an event its stable name."""

    def named(kind: type[DomainEvent]) -> type[DomainEvent]:
        kind.event_name = name
        _kinds[name] = kind
        return kind

    return named


def on[E: DomainEvent](
    kind: type[E], *, urgent: bool = False, when: Callable[[E], bool] | None = None, while_off: bool = False
) -> Callable[[Reaction[E]], Reaction[E]]:
    """Register a reaction: run by a worker after commit, at least once, so it must be safe to run twice.

    ``when``: only for events of which this is true; asked in the announcer's transaction, so it must not look far.
    ``while_off``: also while the house does without the app, for what keeps its facts true (people who were joined).
    """

    def registered(reaction: Reaction[E]) -> Reaction[E]:
        path = f"{reaction.__module__}.{reaction.__name__}"
        _reactions.setdefault(kind.event_name, []).append(
            _Registered(path=path, run=reaction, priority=_URGENT if urgent else 0, when=when, while_off=while_off)
        )
        return reaction

    return registered


def on_any(*, when: Callable[[DomainEvent], bool]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Register a reaction to every event of which ``when`` is true; it is given the row."""

    def registered(reaction: Callable[[Event], None]) -> Callable[[Event], None]:
        path = f"{reaction.__module__}.{reaction.__name__}"
        _listeners.append(_Registered(path=path, run=reaction, priority=-10, when=when))
        return reaction

    return registered


def known_events() -> list[str]:
    """Names of everything that can happen, also of what no code of this process announces."""
    return sorted({*_kinds, *sentences()})


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Happening:
    """An event on its way to the history, with the reactions that it calls for."""

    happened: DomainEvent
    actor: Actor
    at: datetime
    reactions: list[_Registered]


def announce(happened: DomainEvent, *, actor: Actor) -> None:
    """Write the event and defer its reactions; all of it lives or dies with the caller's transaction.

    What happens in one action is written together, in its order, just before the commit. Open pages and workers hear
    of it after the commit.
    """
    gather(_write, _happening(happened, actor))


def announce_now(happened: DomainEvent, *, actor: Actor) -> int:
    """``announce`` for those who go on with the event's id, which is returned."""
    return _write([_happening(happened, actor)])[0]


def _happening(happened: DomainEvent, actor: Actor) -> _Happening:
    reactions = [one for one in (*_reactions.get(happened.event_name, ()), *_listeners) if one.hears(happened)]
    return _Happening(happened=happened, actor=actor, at=timezone.now(), reactions=reactions)


_WRITE = f"""
    WITH unsettled AS MATERIALIZED ({BEFORE_THE_FIRST_ID}), given AS (
        SELECT nextval('foundation_event_id_seq') AS id, event.*
        FROM unsettled, unnest(
            %(names)s::text[], %(cases)s::bigint[], %(customers)s::bigint[], %(actor_kinds)s::text[],
            %(actors)s::bigint[], %(payloads)s::text[], %(at)s::timestamptz[]
        ) WITH ORDINALITY AS event (name, case_id, customer_id, actor_kind, actor_id, payload, at, place)
    ), happened AS (
        INSERT INTO foundation_event (id, name, case_id, customer_id, actor_kind, actor_id, payload, at)
        SELECT id, name, case_id, customer_id, actor_kind, actor_id, payload::jsonb, at FROM given
    ), deferred AS (
        SELECT procrastinate_defer_jobs_v1(array_agg(ROW(
            'default', 'react', priority, NULL, NULL,
            jsonb_build_object('event_id', given.id, 'reaction', path), not_before
        )::procrastinate_job_to_defer_v1 ORDER BY wanted.place)) AS jobs
        FROM unnest(%(events)s::int[], %(paths)s::text[], %(priorities)s::int[], %(not_before)s::timestamptz[])
            WITH ORDINALITY AS wanted (event, path, priority, not_before, place)
        JOIN given ON given.place = wanted.event
        HAVING count(*) > 0
    )
    SELECT (SELECT array_agg(id ORDER BY place) FROM given), (SELECT jobs FROM deferred)
"""  # noqa: S608 - a constant


def _write(happenings: Sequence[_Happening]) -> list[int]:
    """Events and the jobs of their reactions in one statement; returns the ids of the events."""
    events = [one.happened for one in happenings]
    wanted = [(place, one) for place, happening in enumerate(happenings, start=1) for one in happening.reactions]
    not_before = [_not_before(one) for _place, one in wanted]
    values: dict[str, Any] = {
        "names": [one.event_name for one in events],
        "cases": [one.case_id for one in events],
        "customers": [one.customer_id for one in events],
        "actor_kinds": [one.actor.kind.value for one in happenings],
        "actors": [one.actor.pk for one in happenings],
        "payloads": [_payload(one) for one in events],
        "at": [one.at for one in happenings],
        "events": [place for place, _one in wanted],
        "paths": [one.path for _place, one in wanted],
        "priorities": [one.priority for _place, one in wanted],
        "not_before": not_before,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        ids, job_ids = cursor.fetchone()
    for event_id, one in zip(ids, happenings, strict=True):
        tell_pages(_note(event_id, one.happened.event_name, one.happened.case_id, one.actor))
    if None in not_before:
        wake_workers()
    if (mine := _mine.get()) is not None:
        mine += [
            _Promised(job_id=job_id, run=one.run, happened=events[place - 1])
            for job_id, (place, one) in zip(job_ids or (), wanted, strict=True)
            if one.priority == _URGENT
        ]
    return list(ids)


def _payload(happened: DomainEvent) -> str:
    values = {name: value for name, value in vars(happened).items() if name not in {"case_id", "customer_id"}}
    return json.dumps(values, ensure_ascii=False)


# ── Urgent reactions, here and now ────────────────────────────────────────────────────────
@dataclasses.dataclass(frozen=True, kw_only=True)
class _Promised:
    job_id: int
    run: Callable[[Any], None]
    happened: DomainEvent


_mine: ContextVar[list[_Promised] | None] = ContextVar("mine", default=None)
_TAKE = """
    DELETE FROM procrastinate_jobs
    WHERE id = (SELECT id FROM procrastinate_jobs WHERE id = %s AND status = 'todo' FOR UPDATE SKIP LOCKED)
    RETURNING id
"""


@contextmanager
def reacting_at_once() -> Iterator[None]:
    """For workers: urgent reactions to what is announced inside run here as soon as the block has ended well.

    The block holds the whole transaction. The jobs exist all the same, and go with the reaction's own transaction:
    whatever happens to this process, another one does what is not done some seconds later, and nothing is done twice.
    """
    promised: list[_Promised] = []
    before = _mine.set(promised)
    try:
        yield
    finally:
        _mine.reset(before)
    for one in promised:
        _keep_promise(one)


def _keep_promise(one: _Promised) -> None:
    try:
        with whole(), connection.cursor() as cursor:
            cursor.execute(_TAKE, [one.job_id])
            if cursor.fetchone() is not None:
                one.run(one.happened)
    except Exception:
        logger.exception("urgent_reaction_left_to_its_job", extra={"job": one.job_id})


def _not_before(reaction: _Registered) -> datetime | None:
    is_mine = reaction.priority == _URGENT and _mine.get() is not None
    return timezone.now() + _SOMEBODY_ELSE_AFTER if is_mine else None


def whisper(name: str, *, actor: Actor, case_id: int | None = None) -> None:
    """Tell open pages something that is not history: somebody looks, types, has seen. Nothing is written."""
    tell_pages(_note(None, name, case_id, actor))


def _note(event_id: int | None, name: str, case_id: int | None, actor: Actor) -> str:
    return json.dumps({"id": event_id, "name": name, "case": case_id, "by": actor.kind.value, "actor": actor.pk})


@jobs.task(name="react", retry=RetryStrategy(max_attempts=12, exponential_wait=2))
def react(event_id: int, reaction: str) -> None:
    """Run one reaction; unknown ones (code has moved on) and those of apps that are off are passed over."""
    row = Event.objects.raw("SELECT * FROM foundation_event WHERE id = %s", [event_id])[0]
    for listener in _listeners:
        if listener.path == reaction:
            listener.run(row)
            return
    happened = rebuild(row)
    for registered in _reactions.get(row.name, ()):
        if registered.path == reaction and registered.is_there:
            registered.run(happened)


def rebuild(row: Event) -> DomainEvent:
    """The dataclass that ``announce`` was given."""
    kind = _kinds[row.name]
    known = {field.name for field in dataclasses.fields(kind)}
    payload = {name: value for name, value in row.payload.items() if name in known}
    return kind(case_id=row.case_id, customer_id=row.customer_id, **payload)


def load_reactions() -> None:
    """Import ``handlers`` of every app that has them, so that reactions are known before the first event."""
    for app in modules():
        if importlib.util.find_spec(f"otklik.{app.name}.handlers"):
            importlib.import_module(f"otklik.{app.name}.handlers")
