"""History in sentences: what each event means, and finding in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.queries import visible_to
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.models import Event
from otklik.foundation.sentences import Names, names_for, sentence


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event in words."""

    event: Event
    who: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for; each None or '' means: whatever."""

    who: str = ""
    what: str = ""
    case: int | None = None
    customer: int | None = None
    since: date | None = None
    until: date | None = None


def found(actor: Actor, wanted: Wanted) -> QuerySet[Event]:
    """Events that fit and that the actor may see, newest first."""
    rows = Event.objects.order_by("-id")
    if not actor.sees_all:
        rows = rows.filter(Q(case_id=None) | Q(case_id__in=visible_to(actor).values("id")))
    exact: dict[str, object] = {"name": wanted.what, "case_id": wanted.case, "customer_id": wanted.customer}
    exact |= {"actor_id": wanted.who} if wanted.who.isdecimal() else {"actor_kind": wanted.who}
    if wanted.who.isdecimal():
        exact["actor_kind"] = ActorKind.AGENT
    if wanted.since:
        exact["at__gte"] = _midnight(wanted.since)
    if wanted.until:
        exact["at__lt"] = _midnight(wanted.until + timedelta(days=1))
    return rows.filter(**{field: value for field, value in exact.items() if value})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def lines(events: Sequence[Event]) -> list[Line]:
    """The events in words, names asked for once."""
    actors = {event.actor_id for event in events if event.actor_kind == ActorKind.AGENT and event.actor_id}
    names = names_for(events, agents=actors)
    return [Line(event=event, who=_who(event, names), what=sentence(event, names)) for event in events]


def _who(event: Event, names: Names) -> str:
    if event.actor_kind == ActorKind.AGENT:
        return names.of("agent", event.actor_id) or _("Somebody of the staff")
    return _("The customer") if event.actor_kind == ActorKind.CUSTOMER else _("Otklik itself")
