"""An endless dialogue is many talks with one peer: one for each matter, and each is said where it belongs."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from otklik.customers.actions import identify, open_way
from otklik.customers.models import Customer
from otklik.foundation.text.language import language_of
from otklik.reach.adapters.channels import Said, Someone
from otklik.reach.models import Conversation, Inbox, Message
from otklik.reach.queries import message_by_its_id


def hold_peer(inbox_id: int, peer: str) -> None:
    """Until the end of the transaction nothing else is heard from this peer, nor said to be another matter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"peer:{inbox_id}:{peer}"])


def talk_for(one: Said, inbox: Inbox) -> tuple[Conversation, bool]:
    """Where this word is said, and whether that talk begins with it; the caller holds the peer.

    An answer to a certain message belongs where that stands, however old it is; else the current talk goes on, unless
    its matter has been over for long: then another one begins.
    """
    answered = message_by_its_id(one.reply_to, inbox, one.peer)
    known = current_talk(one.peer, inbox)
    if answered is not None:
        return _go_on(answered.conversation, known, inbox), False
    if known is not None and not _is_over(known):
        open_way(kind=inbox.people, value=one.peer)
        return known, False
    return begin_talk(one.peer, inbox, one.person, words=one.text, after=known), True


def current_talk(peer: str, inbox: Inbox) -> Conversation | None:
    if not peer:
        return None
    rows = Conversation.objects.select_related("customer").filter(inbox=inbox, peer=peer, is_current=True)
    return rows.first()


def _is_over(talk: Conversation) -> bool:
    return talk.ends_at is not None and talk.ends_at <= timezone.now()


def _go_on(talk: Conversation, current: Conversation | None, inbox: Inbox) -> Conversation:
    """They take up an older matter: what they say next belongs there, too."""
    open_way(kind=inbox.people, value=talk.peer)
    if current is None or talk.pk != current.pk:
        _make_current(talk)
    return talk


def _make_current(talk: Conversation) -> None:
    Conversation.objects.filter(inbox_id=talk.inbox_id, peer=talk.peer, is_current=True).update(is_current=False)
    Conversation.objects.filter(pk=talk.pk).update(is_current=True)


def begin_talk(
    peer: str, inbox: Inbox, person: Someone, *, words: str = "", after: Conversation | None = None
) -> Conversation:
    """Another talk with this peer, who is known or met now."""
    customer = identify(kind=inbox.people, value=peer, name=person.name, language=language_of(words), is_verified=True)
    open_way(kind=inbox.people, value=peer)
    Conversation.objects.filter(inbox=inbox, peer=peer, is_current=True).update(is_current=False)
    return Conversation.objects.create(inbox=inbox, customer=customer, peer=peer, follows=after)


def speak_first(*, customer: Customer, inbox: Inbox, peer: str) -> Conversation:
    """A talk with a known peer in which we speak first; what they say next goes on there."""
    hold_peer(inbox.pk, peer)
    known = current_talk(peer, inbox)
    Conversation.objects.filter(inbox=inbox, peer=peer, is_current=True).update(is_current=False)
    return Conversation.objects.create(inbox=inbox, customer=customer, peer=peer, follows=known)


def part_talk(*, message: Message, after: Conversation | None = None) -> Conversation:
    """This word and all after it become a talk of their own, which follows the one that they were said in.

    Where nothing was said before it, the talk itself follows ``after``. What a peer says next goes on there.
    """
    talk = message.conversation
    if talk.peer:
        hold_peer(talk.inbox_id, talk.peer)
        talk.refresh_from_db(fields=["is_current"])
    words = Message.objects.filter(conversation=talk)
    if not words.filter(pk__lt=message.pk).exists():
        Conversation.objects.filter(pk=talk.pk).update(follows=after)
        return talk
    copied = ("inbox_id", "customer_id", "address", "subject", "is_sender_trusted", "peer", "is_current")
    values = {name: getattr(talk, name) for name in copied}
    if talk.peer and talk.is_current:
        Conversation.objects.filter(pk=talk.pk).update(is_current=False)
    parted = Conversation.objects.create(**values, follows=talk)
    words.filter(pk__gte=message.pk).update(conversation=parted)
    return parted


def let_talks_end(*, conversation_ids: Iterable[int], at: datetime) -> None:
    """Their matter is over: what is said after this moment begins another one. Letters say themselves what they answer.

    Safe to run twice.
    """
    talks = Conversation.objects.filter(~Q(peer=""), pk__in=conversation_ids)
    talks.update(ends_at=at)


def let_talks_go_on(*, conversation_ids: Iterable[int]) -> None:
    """Their matter is not over after all. Safe to run twice."""
    Conversation.objects.filter(~Q(ends_at=None), pk__in=conversation_ids).update(ends_at=None)
