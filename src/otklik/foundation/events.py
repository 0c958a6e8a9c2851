"""History and reactions: ``announce`` writes one row and defers one job per reaction, in the caller's transaction."""

import dataclasses
import importlib
import json
from collections.abc import Callable
from typing import Any, ClassVar

from django.apps import apps as django_apps
from django.db import connection
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from otklik.foundation.actors import Actor
from otklik.foundation.models import Event

LIVE_CHANNEL = "otklik_live"


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
    kind: type[E], *, urgent: bool = False, when: Callable[[E], bool] | None = None
) -> Callable[[Reaction[E]], Reaction[E]]:
    """Register a reaction: run by a worker after commit, at least once, so it must be safe to run twice.

    ``when``: only for events of which this is true; asked in the announcer's transaction, so it must not look far.
    """

    def registered(reaction: Reaction[E]) -> Reaction[E]:
        path = f"{reaction.__module__}.{reaction.__name__}"
        _reactions.setdefault(kind.event_name, []).append(
            _Registered(path=path, run=reaction, priority=10 if urgent else 0, when=when)
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
    """Names of everything that can happen."""
    return sorted(_kinds)


_ANNOUNCE = """
    WITH happened AS (
        INSERT INTO foundation_event (name, case_id, customer_id, actor_kind, actor_id, payload, at)
        VALUES (%(name)s, %(case)s, %(customer)s, %(actor_kind)s, %(actor)s, %(payload)s::jsonb, %(at)s) RETURNING id
    ), told AS (
        SELECT pg_notify(%(channel)s, json_build_object(
            'id', id, 'name', %(name)s::text, 'case', %(case)s::bigint, 'actor', %(actor)s::bigint)::text) FROM happened
    ), deferred AS (
        SELECT procrastinate_defer_jobs_v1(array_agg(ROW(
            'default', 'react', priority, NULL, NULL,
            jsonb_build_object('event_id', happened.id, 'reaction', path), NULL
        )::procrastinate_job_to_defer_v1 ORDER BY place))
        FROM happened, unnest(%(paths)s::text[], %(priorities)s::int[]) WITH ORDINALITY AS wanted(path, priority, place)
        GROUP BY happened.id
    )
    SELECT happened.id FROM happened CROSS JOIN told LEFT JOIN deferred ON true
"""


def announce(happened: DomainEvent, *, actor: Actor) -> int:
    """Write the event, defer its reactions and tell live pages, in one statement; all of it lives or dies with the
    caller's transaction. Returns the event's id."""
    payload = {name: value for name, value in vars(happened).items() if name not in {"case_id", "customer_id"}}
    reactions = [
        one for one in (*_reactions.get(happened.event_name, ()), *_listeners) if one.when is None or one.when(happened)
    ]
    values = {
        "name": happened.event_name,
        "case": happened.case_id,
        "customer": happened.customer_id,
        "actor_kind": actor.kind.value,
        "actor": actor.pk,
        "payload": json.dumps(payload, ensure_ascii=False),
        "at": timezone.now(),
        "channel": LIVE_CHANNEL,
        "paths": [one.path for one in reactions],
        "priorities": [one.priority for one in reactions],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANNOUNCE, values)
        return int(cursor.fetchone()[0])


def whisper(name: str, *, case_id: int, actor: Actor) -> None:
    """Tell open pages something that is not history: somebody looks, somebody types. Nothing is written."""
    note = json.dumps({"id": None, "name": name, "case": case_id, "actor": actor.pk})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, note])


@jobs.task(name="react", retry=RetryStrategy(max_attempts=12, exponential_wait=2))
def react(event_id: int, reaction: str) -> None:
    """Run one reaction to one event; unknown reactions (code has moved on) are passed over."""
    row = Event.objects.get(pk=event_id)
    for listener in _listeners:
        if listener.path == reaction:
            listener.run(row)
            return
    happened = rebuild(row)
    for registered in _reactions.get(row.name, ()):
        if registered.path == reaction:
            registered.run(happened)


def rebuild(row: Event) -> DomainEvent:
    """The dataclass that ``announce`` was given."""
    kind = _kinds[row.name]
    known = {field.name for field in dataclasses.fields(kind)}
    payload = {name: value for name, value in row.payload.items() if name in known}
    return kind(case_id=row.case_id, customer_id=row.customer_id, **payload)


def load_reactions() -> None:
    """Import ``handlers`` and ``clock`` of every app, so that reactions are known before the first event."""
    for config in django_apps.get_app_configs():
        if not config.name.startswith("otklik."):
            continue
        for module in ("handlers", "clock"):
            if importlib.util.find_spec(f"{config.name}.{module}"):
                importlib.import_module(f"{config.name}.{module}")
