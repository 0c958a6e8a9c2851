"""Who knocks at the hook of a door: let in and kept, or sent away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from otklik.reach.actions.doors import door_of, note_forged, note_use
from otklik.reach.actions.keeping import Arrival, keep_all
from otklik.reach.adapters.channels import Knock, Rejected
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.models import Inbox
from otklik.reach.queries import inbox_at


def arrival(inbox: Inbox, raw: bytes, *, door: str) -> Arrival:
    """What a channel with peers brings, as it is kept."""
    channel = CHANNELS[inbox.kind]
    [first, *_more] = channel.understand(raw, door_of(inbox))
    return Arrival(raw=raw, door=door, inbox_id=inbox.pk, key=channel.key(raw), peer=getattr(first, "peer", ""))


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What whoever knocked hears; ``reason`` is a code when ``status`` is not 200."""

    status: int
    reason: str = ""
    answer: bytes = b""
    content_type: str = ""


def admit(*, kind: str, route: str, headers: Mapping[str, str], body: bytes, at: datetime) -> Answered:
    """Keep what a channel brings; it is kept when this returns 200.

    Who is not them leaves a number behind and nothing else; who does not know the route, not even that.
    """
    inbox = inbox_at(route)
    channel = CHANNELS.get(kind)
    if inbox is None or channel is None or inbox.kind != kind or not channel.abilities.has_hook:
        return Answered(status=HTTPStatus.NOT_FOUND, reason="no_such_door")
    verdict = channel.admit(door_of(inbox), Knock(headers=headers, body=body, at=at))
    if isinstance(verdict, Rejected):
        if verdict.status == HTTPStatus.FORBIDDEN:
            note_forged(inbox_id=inbox.pk)
        return Answered(status=verdict.status, reason=verdict.reason)
    if not verdict.is_kept:
        return Answered(status=HTTPStatus.OK, answer=verdict.answer, content_type=verdict.content_type)
    if not inbox.is_active:
        return Answered(status=HTTPStatus.SERVICE_UNAVAILABLE, reason="paused")
    keep_all([arrival(inbox, body, door="hook")])
    note_use(inbox_id=inbox.pk, way="in")
    return Answered(status=HTTPStatus.OK, answer=verdict.answer, content_type=verdict.content_type)
