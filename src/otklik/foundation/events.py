"""History and reactions: ``announce`` writes one row and defers one job per reaction, in the caller's transaction."""

import dataclasses
import importlib
import json
from collections.abc import Callable
from typing import Any, ClassVar

from django.apps import apps as django_apps
from django.db import connection
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
_kinds: dict[str, type[DomainEvent]] = {}
_reactions: dict[str, list[tuple[str, Callable[[Any], None], int]]] = {}


def event(name: str) -> Callable[[type[DomainEvent]], type[DomainEvent]]:
    """Class decorator that gives an event its stable name."""

    def named(kind: type[DomainEvent]) -> type[DomainEvent]:
        kind.event_name = name
        _kinds[name] = kind
        return kind

    return named


def on[E: DomainEvent](kind: type[E], *, urgent: bool = False) -> Callable[[Reaction[E]], Reaction[E]]:
    """Register a reaction: run by a worker after commit, at least once, so it must be safe to run twice."""

    def registered(reaction: Reaction[E]) -> Reaction[E]:
        path = f"{reaction.__module__}.{reaction.__name__}"
        _reactions.setdefault(kind.event_name, []).append((path, reaction, 10 if urgent else 0))
        return reaction

    return registered


def announce(happened: DomainEvent, *, actor: Actor) -> int:
    """Write the event and defer its reactions; both live or die with the caller's transaction. Returns its id."""
    payload = dataclasses.asdict(happened)
    case_id, customer_id = payload.pop("case_id"), payload.pop("customer_id")
    row = Event.objects.create(
        name=happened.event_name,
        case_id=case_id,
        customer_id=customer_id,
        actor_kind=actor.kind,
        actor_id=actor.pk,
        payload=payload,
    )
    for path, _reaction, priority in _reactions.get(happened.event_name, ()):
        react.configure(priority=priority).defer(event_id=row.pk, reaction=path)
    _tell_live_pages(row)
    return row.pk


def _tell_live_pages(row: Event) -> None:
    note = json.dumps({"id": row.pk, "name": row.name, "case": row.case_id, "actor": row.actor_id})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, note])


@jobs.task(name="react", retry=RetryStrategy(max_attempts=12, exponential_wait=2))
def react(event_id: int, reaction: str) -> None:
    """Run one reaction to one event; unknown reactions (code has moved on) are passed over."""
    row = Event.objects.get(pk=event_id)
    happened = rebuild(row)
    for path, function, _priority in _reactions.get(row.name, ()):
        if path == reaction:
            function(happened)


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
