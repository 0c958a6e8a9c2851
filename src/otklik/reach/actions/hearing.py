"""What partners of talk say and do in channels that have one peer for each talk."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from otklik.customers.actions import close_way, identify, open_way
from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.foundation.text.language import VERSION, language_of
from otklik.reach.actions.bringing import bring_soon
from otklik.reach.actions.keeping import hold, settle
from otklik.reach.actions.words import LONGEST_TEXT, announce_received, vector
from otklik.reach.adapters.channels import (
    Amended,
    Blocked,
    ByPeer,
    Reacted,
    Removed,
    Said,
    Seen,
    Someone,
    Unblocked,
    Unknown,
)
from otklik.reach.dates import plausible
from otklik.reach.events import MessageAmended, MessageRemoved
from otklik.reach.models import Conversation, Delivery, Inbox, Message, RawMessage
from otklik.reach.queries import message_by_its_id
from otklik.reach.threads import id_by_peer

UNKNOWN_KIND: Final = "unknown_kind"
_MOST_EARLIER: Final = 50


@in_one
def hear_peer(
    *, happenings: Sequence[ByPeer], inbox: Inbox, raw: RawMessage, is_released: bool = False
) -> Message | None:
    """Write down what happened; the message that came of it, None when there is none or it was known.

    ``is_released``: a person wants what we do not know as a case.
    """
    message: Message | None = None
    settle(raw, RawMessage.State.RECEIVED)
    for one in happenings:
        _one_at_a_time(inbox, one.peer)
        message = _write_down(one, inbox, raw, is_released=is_released) or message
    return message


def _one_at_a_time(inbox: Inbox, peer: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"peer:{inbox.pk}:{peer}"])


def _write_down(one: ByPeer, inbox: Inbox, raw: RawMessage, *, is_released: bool) -> Message | None:
    match one:
        case Said():
            return _said(one, inbox, raw)
        case Amended():
            return _amended(one, inbox, raw)
        case Unknown():
            return _unknown(one, inbox, raw, is_released=is_released)
        case _:
            _note(one, inbox)
            return None


def _note(one: Removed | Reacted | Seen | Blocked | Unblocked, inbox: Inbox) -> None:
    match one:
        case Removed():
            _removed(one, inbox)
        case Reacted():
            _reacted(one, inbox)
        case Seen():
            _seen(one, inbox)
        case Blocked():
            close_way(kind=inbox.people, value=one.peer)
        case Unblocked():
            open_way(kind=inbox.people, value=one.peer)


# ── Words ─────────────────────────────────────────────────────────────────────────────────
def _said(one: Said, inbox: Inbox, raw: RawMessage, **values: Any) -> Message | None:
    external_id = id_by_peer(inbox, one.external_id)
    if Message.objects.filter(external_id=external_id).exists():
        settle(raw, RawMessage.State.DOUBLE)
        return None
    conversation, is_new = _talk(one, inbox)
    answered = message_by_its_id(one.reply_to, conversation) if one.reply_to else None
    message = Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.IN,
        author_name=one.person.name or conversation.customer.name,
        external_id=external_id,
        in_reply_to=answered.external_id if answered else "",
        people=_claimed(one.person),
        text=one.text[:LONGEST_TEXT],
        full_text=one.text[:LONGEST_TEXT],
        coming=[asdict(file) for file in one.files],
        raw=raw,
        search=vector(one.text, *(file.name for file in one.files)),
        search_version=VERSION,
        written_at=plausible(one.at),
        **values,
    )
    if one.files:
        bring_soon(message_id=message.pk)
    announce_received(message, conversation, is_new=is_new)
    return message


def _talk(one: Said, inbox: Inbox) -> tuple[Conversation, bool]:
    """The talk with this peer, and whether it begins now."""
    known = _known_talk(one.peer, inbox)
    if known is not None:
        open_way(kind=inbox.people, value=one.peer)
        return known, False
    language = language_of(one.text)
    name = one.person.name
    customer = identify(kind=inbox.people, value=one.peer, name=name, language=language, is_verified=True)
    return Conversation.objects.create(inbox=inbox, customer=customer, peer=one.peer), True


def _known_talk(peer: str, inbox: Inbox) -> Conversation | None:
    return Conversation.objects.select_related("customer").filter(inbox=inbox, peer=peer).first() if peer else None


def _claimed(person: Someone) -> dict[str, Any]:
    """What the other side says of who speaks: shown, but nobody is joined with anybody by it."""
    claimed = {name: value for name, value in asdict(person).items() if value and name != "name"}
    return {"claimed": claimed} if claimed else {}


def _unknown(one: Unknown, inbox: Inbox, raw: RawMessage, *, is_released: bool) -> Message | None:
    """Kept whole, and shown in the talk; where there is none, a person decides what it is."""
    if _known_talk(one.peer, inbox) is None and not is_released:
        hold(raw, UNKNOWN_KIND, one.type)
        return None
    values: dict[str, Any] = {"notices": [UNKNOWN_KIND]}
    if not is_released:
        values["automatic_because"] = UNKNOWN_KIND
    return _said(Said(peer=one.peer, external_id=one.external_id), inbox, raw, **values)


# ── What becomes of words ─────────────────────────────────────────────────────────────────
def _amended(one: Amended, inbox: Inbox, raw: RawMessage) -> Message | None:
    """The new words, with what stood there before; a change of what never came is their first word."""
    message = _theirs(one, inbox)
    if message is None:
        return _said(Said(peer=one.peer, external_id=one.external_id, text=one.text, at=one.at), inbox, raw)
    at, text = _moment(one.at), one.text[:LONGEST_TEXT]
    if text == message.text:
        return None
    before = [*message.earlier, {"text": message.text, "until": at.isoformat()}][-_MOST_EARLIER:]
    Message.objects.filter(pk=message.pk).update(
        text=text, full_text=text, earlier=before, edited_at=at, search=vector(text), search_version=VERSION
    )
    announce(MessageAmended(**_ids(message)), actor=SYSTEM)
    return message


def _removed(one: Removed, inbox: Inbox) -> None:
    message = _theirs(one, inbox)
    if message is not None and message.removed_at is None:
        Message.objects.filter(pk=message.pk).update(removed_at=_moment(one.at))
        announce(MessageRemoved(**_ids(message)), actor=SYSTEM)


def _reacted(one: Reacted, inbox: Inbox) -> None:
    message = _message(one, inbox)
    if message is not None:
        others = [reaction for reaction in message.reactions if reaction["by"] != "customer"]
        mine = [{"by": "customer", "sign": one.sign, "at": _moment(one.at).isoformat()}] if one.sign else []
        Message.objects.filter(pk=message.pk).update(reactions=[*others, *mine])
        announce(MessageAmended(**_ids(message)), actor=SYSTEM)


def _seen(one: Seen, inbox: Inbox) -> None:
    message = _message(one, inbox)
    if message is not None:
        read = Delivery.objects.filter(message__conversation=message.conversation_id, message__lte=message.pk)
        unread = read.filter(state__in=[Delivery.State.SENT, Delivery.State.DELIVERED], read_at=None)
        unread.update(state=Delivery.State.DELIVERED, read_at=_moment(one.at))


def _message(one: Amended | Removed | Reacted | Seen, inbox: Inbox) -> Message | None:
    talk = _known_talk(one.peer, inbox)
    return message_by_its_id(one.external_id, talk) if talk else None


def _theirs(one: Amended | Removed, inbox: Inbox) -> Message | None:
    """Nobody changes our words."""
    message = _message(one, inbox)
    return message if message is not None and message.direction == Message.Direction.IN else None


def _moment(at: datetime | None) -> datetime:
    return plausible(at) or timezone.now()


def _ids(message: Message) -> dict[str, int]:
    return {
        "customer_id": message.conversation.customer_id,
        "message_id": message.pk,
        "conversation_id": message.conversation_id,
    }
