"""A link from a case into a messenger: whoever follows it is this customer, and goes on in this case."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.actions import join_identity
from otklik.foundation.actors import SYSTEM, Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.reach.actions.aside import say_aside
from otklik.reach.actions.doors import door_of
from otklik.reach.actions.talking import current_talk
from otklik.reach.adapters.channels import Started
from otklik.reach.adapters.optional import Leads
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.events import TalkJoined
from otklik.reach.foreign import is_closed_by_law
from otklik.reach.models import Conversation, Inbox, StartMark

GOOD_FOR: Final = timedelta(minutes=15)


@transaction.atomic
def make_start_link(*, conversation: Conversation, inbox: Inbox, actor: Actor) -> str:
    """An address that leads from this conversation into a messenger, good once and for a quarter of an hour.

    The caller has seen that ``actor`` is its customer, or may see its case. Raises ``Refusal('no_way_there')``.
    """
    channel = CHANNELS[inbox.kind]
    word = secrets.token_urlsafe(18)
    link = channel.link(door_of(inbox), word) if isinstance(channel, Leads) else ""
    if not link or inbox.is_shut or is_closed_by_law(inbox):
        raise Refusal("no_way_there", _("This messenger cannot be opened from here now. Write to us by another way."))
    StartMark.objects.create(
        mark=_hash(word),
        conversation=conversation,
        inbox=inbox,
        agent_id=actor.pk if actor.kind is ActorKind.AGENT else None,
        expires_at=timezone.now() + GOOD_FOR,
    )
    return link


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def start_talk(one: Started, inbox: Inbox) -> None:
    """They came by a link of ours, or simply opened the talk; the caller holds the peer. No case is opened by that."""
    if not one.mark:
        if current_talk(one.peer, inbox) is None:
            say_aside(inbox=inbox, peer=one.peer, what="hello")
        return
    used = _use(one.mark, inbox)
    joined = _join(used, one, inbox) if used else None
    language = used.conversation.customer.language if used else ""
    say_aside(inbox=inbox, peer=one.peer, what="joined" if joined else "mark_is_old", language=language)


def _use(mark: str, inbox: Inbox) -> StartMark | None:
    """The mark, used up by this; None when it is none of ours, was used before, or is too old."""
    now = timezone.now()
    fresh = StartMark.objects.filter(mark=_hash(mark), inbox=inbox, used_at=None, expires_at__gt=now)
    if not fresh.update(used_at=now):
        return None
    return StartMark.objects.select_related("conversation__customer").get(mark=_hash(mark))


def _join(used: StartMark, one: Started, inbox: Inbox) -> Conversation | None:
    """Both sides are proven: the link by its owner, the identity by the messenger."""
    beside = used.conversation
    point = join_identity(
        customer=beside.customer,
        kind=inbox.people,
        value=one.peer,
        actor=Actor(kind=ActorKind.CUSTOMER, pk=beside.customer_id),
    )
    if point is None:
        return None
    StartMark.objects.filter(pk=used.pk).update(point=point)
    Conversation.objects.filter(inbox=inbox, peer=one.peer, is_current=True).update(is_current=False)
    talk = Conversation.objects.create(inbox=inbox, customer=beside.customer, peer=one.peer)
    happened = TalkJoined(customer_id=beside.customer_id, conversation_id=talk.pk, beside=beside.pk)
    announce(happened, actor=SYSTEM)
    return talk
