"""In which order words leave to a peer, and until when they are worth leaving.

Where words are tried for hours, as with another program, none waits for the one before: that is for what is live.
"""

import json
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from otklik.reach.adapters.channels import Abilities
from otklik.reach.adapters.delivering import DeliveryFailed, Verdict
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.models import Conversation, Delivery, Inbox, Message
from otklik.reach.queries import inbox_by_id

_A_MOMENT: Final = 2
_resting: dict[int, float] = {}


class NotYet(DeliveryFailed):
    """Others go first, or the door rests: nothing was tried, no attempt is spent."""

    def __init__(self, reason: str, *, after: float) -> None:
        super().__init__(reason, permanent=False, verdict=Verdict.THROTTLED, after=max(_A_MOMENT, round(after)))


def check_may_leave(message: Message, inbox: Inbox, rows: Sequence[Delivery]) -> None:
    """Raises ``DeliveryFailed`` for a shut door and for what is out of date, ``NotYet`` for what must wait its turn."""
    if inbox.is_shut:
        raise DeliveryFailed(inbox.problem or "paused", permanent=False, verdict=Verdict.DOOR_BROKEN)
    [row] = rows
    if row.last_error and is_out_of_date(message):
        raise DeliveryFailed("out of date", permanent=True, verdict=Verdict.OUT_OF_DATE)
    rest = _resting.get(inbox.pk, 0.0) - time.monotonic()
    if rest > 0:
        raise NotYet("the door rests", after=rest)
    ahead = _ahead_of(row, inbox) if CHANNELS[inbox.kind].abilities.stale_after else None
    if ahead is not None:
        left = (ahead.next_at - timezone.now()).total_seconds() if ahead.next_at else 0.0
        raise NotYet("after an earlier word", after=left + 1)


def _ahead_of(row: Delivery, inbox: Inbox) -> Delivery | None:
    """A word that was written before to the same peer and has not left yet, though it may."""
    waiting = Delivery.objects.filter(
        address=row.address, state__in=[Delivery.State.QUEUED, Delivery.State.SENDING], pk__lt=row.pk
    )
    mine = waiting.filter(message__conversation__inbox=inbox).exclude(message__conversation__peer="")
    is_due = Q(message__send_after=None) | Q(message__send_after__lte=timezone.now())
    return mine.filter(is_due).order_by("-id").first()


def rest_after(*, inbox_id: int, seconds: int) -> None:
    """The other side wants us to wait: this process lets the door rest so long."""
    _resting[inbox_id] = time.monotonic() + max(seconds, 1)


def is_out_of_date(message: Message, *, wait: int = 0) -> bool:
    """Whether a word that could not leave no longer fits: too long ago, or they have written again meanwhile."""
    can = _abilities(message.conversation)
    if can is None or not can.stale_after:
        return False
    whole = Message.objects.only("at", "send_after").get(pk=message.pk)
    begun = max(whole.at, whole.send_after or whole.at)
    if timezone.now() + timedelta(seconds=wait) > begun + timedelta(seconds=can.stale_after):
        return True
    later = Message.objects.filter(conversation_id=message.conversation_id, pk__gt=message.pk, automatic_because="")
    return later.filter(direction=Message.Direction.IN).exists()


def is_left_to_its_author(talk: Conversation) -> bool:
    """Whether nobody but its author may decide that a word of unknown outcome is sent again."""
    can = _abilities(talk)
    return can is not None and not can.is_letter and not can.is_repeatable


def _abilities(talk: Conversation) -> Abilities | None:
    """Of the channel with peers that this talk is in; None for letters."""
    kind = inbox_by_id(talk.inbox_id).kind if talk.peer else ""
    return CHANNELS[kind].abilities if kind in CHANNELS else None


_KNOWN_ALSO = """
    UPDATE reach_message SET known_as = known_as || %s::jsonb
    WHERE id = (SELECT message_id FROM reach_delivery WHERE id = %s)
"""


def known_also(*, delivery_id: int, ids: Sequence[str]) -> None:
    """The other side has made several messages of one part: an answer to any of them is known."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_ALSO, [json.dumps(list(ids)), delivery_id])
