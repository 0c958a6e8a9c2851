"""What partners of talk say and do in channels that have one peer for each talk."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from otklik.customers.actions import close_way, open_way
from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.foundation.text.language import VERSION
from otklik.reach.actions.aside import answer_press, ask_name, greet_group
from otklik.reach.actions.bringing import bring_soon
from otklik.reach.actions.joining import start_talk
from otklik.reach.actions.keeping import hold, settle
from otklik.reach.actions.talking import current_talk, hold_peer, talk_for
from otklik.reach.actions.words import LONGEST_TEXT, announce_received, vector
from otklik.reach.adapters.channels import (
    Amended,
    Besides,
    Blocked,
    ByPeer,
    Colleague,
    InGroup,
    Nothing,
    Pressed,
    Reacted,
    Removed,
    Said,
    Seen,
    Someone,
    Started,
    Taken,
    Unblocked,
    Unknown,
)
from otklik.reach.adapters.email.html import sanitise
from otklik.reach.dates import plausible
from otklik.reach.events import ButtonPressed, MessageAmended, MessageRemoved
from otklik.reach.models import Delivery, Inbox, Message, RawMessage
from otklik.reach.queries import asked_last, message_by_its_id
from otklik.reach.threads import id_by_peer

UNKNOWN_KIND: Final = "unknown_kind"
WRITTEN_THERE: Final = "written_there"
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
        hold_peer(inbox.pk, one.peer)
        message = _write_down(one, inbox, raw, is_released=is_released) or message
    if not any(isinstance(one, (Said, Unknown, Colleague)) or _is_kept(one) for one in happenings):
        _forget_bytes(raw)
    return message


def _is_kept(one: ByPeer) -> bool:
    """What was said in public is no talk with us; it waits for whoever looks after that."""
    return isinstance(one, Nothing) and one.is_kept


def _forget_bytes(raw: RawMessage) -> None:
    """What came of it is written down where it belongs; beside that nobody would find it when a person is forgotten."""
    RawMessage.objects.filter(pk=raw.pk, file=None).update(body=None, state=RawMessage.State.DELETED)


def _write_down(one: ByPeer, inbox: Inbox, raw: RawMessage, *, is_released: bool) -> Message | None:
    match one:
        case Said():
            return _said(one, inbox, raw)
        case Amended():
            return _amended(one, inbox, raw)
        case Unknown():
            return _unknown(one, inbox, raw, is_released=is_released)
        case Colleague():
            return _by_a_colleague(one, inbox, raw)
        case Taken() | Nothing():
            _take_note(one, inbox)
        case Removed() | Reacted() | Seen() | Pressed():
            _note(one, inbox)
        case _:
            _mind(one, inbox)
    return None


def _take_note(one: Taken | Nothing, inbox: Inbox) -> None:
    """Our own word, come back under the name that is used for it there."""
    message = message_by_its_id(one.external_id, inbox, one.peer) if isinstance(one, Taken) else None
    if isinstance(one, Taken) and message is not None and one.also not in message.known_as:
        Message.objects.filter(pk=message.pk).update(known_as=[*message.known_as, one.also])


def _by_a_colleague(one: Colleague, inbox: Inbox, raw: RawMessage) -> Message | None:
    """Said to the customer past this house: kept, so that nobody says it twice. Who it was is not told."""
    talk, external_id = current_talk(one.peer, inbox), id_by_peer(inbox, one.external_id)
    if talk is None or Message.objects.filter(external_id=external_id).exists():
        return None
    text = one.text[:LONGEST_TEXT]
    message = Message.objects.create(
        conversation=talk,
        direction=Message.Direction.OUT,
        author_name=inbox.name,
        external_id=external_id,
        text=text,
        full_text=text,
        notices=[WRITTEN_THERE],
        raw=raw,
        search=vector(text),
        search_version=VERSION,
        written_at=plausible(one.at),
    )
    announce(MessageAmended(**_ids(message)), actor=SYSTEM)
    return message


def _mind(one: Started | InGroup | Blocked | Unblocked, inbox: Inbox) -> None:
    """Who comes and goes."""
    match one:
        case Started():
            start_talk(one, inbox)
        case InGroup():
            greet_group(inbox=inbox, peer=one.peer)
        case Blocked():
            close_way(kind=inbox.people, value=one.peer)
        case Unblocked():
            open_way(kind=inbox.people, value=one.peer)


def _note(one: Removed | Reacted | Seen | Pressed, inbox: Inbox) -> None:
    """What becomes of words."""
    match one:
        case Pressed():
            _pressed(one, inbox)
        case Removed():
            _removed(one, inbox)
        case Reacted():
            _reacted(one, inbox)
        case Seen():
            _seen(one, inbox)


# ── Words ─────────────────────────────────────────────────────────────────────────────────
def _said(one: Said, inbox: Inbox, raw: RawMessage, **values: Any) -> Message | None:
    external_id = id_by_peer(inbox, one.external_id)
    if Message.objects.filter(external_id=external_id).exists():
        settle(raw, RawMessage.State.DOUBLE)
        return None
    album = _album_of(one, inbox)
    if album is not None:
        return _put_into(album, one)
    conversation, is_new = talk_for(one, inbox)
    answered = message_by_its_id(one.reply_to, inbox, one.peer)
    message = Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.IN,
        author_name=one.person.name or conversation.customer.name,
        external_id=external_id,
        in_reply_to=answered.external_id if answered else "",
        people=_claimed(one.person),
        text=one.text[:LONGEST_TEXT],
        full_text=one.text[:LONGEST_TEXT],
        html=sanitise(one.html[:LONGEST_TEXT]),
        coming=[asdict(file) for file in one.files],
        besides=_besides(one),
        raw=raw,
        search=vector(one.text, *(file.name for file in one.files)),
        search_version=VERSION,
        written_at=plausible(one.at),
        **values,
    )
    if one.files:
        bring_soon(message_id=message.pk)
    if is_new and not one.person.name:
        ask_name(inbox=inbox, peer=one.peer)
    announce_received(message, conversation, is_new=is_new)
    return message


# ── Albums: several messages that are one ─────────────────────────────────────────────────
_ALBUM: Final = "album"


def _besides(one: Said) -> list[dict[str, Any]]:
    album = [asdict(Besides(kind=_ALBUM, text=one.album))] if one.album else []
    return [*(asdict(besides) for besides in one.besides), *album]


def _album_of(one: Said, inbox: Inbox) -> Message | None:
    """The message that began this album, if it has begun."""
    if not one.album:
        return None
    rows = Message.objects.filter(conversation__inbox=inbox, conversation__peer=one.peer)
    album = [{"kind": _ALBUM, "text": one.album}]
    return rows.select_related("conversation").filter(besides__contains=album).order_by("-id").first()


def _put_into(album: Message, one: Said) -> Message | None:
    """One more picture, and the words if it brings them; whoever owns the case was told when the first one came."""
    album = Message.objects.select_for_update(of=("self",)).select_related("conversation").get(pk=album.pk)
    if one.external_id in album.known_as:
        return None
    text = "\n".join(filter(None, [album.text, one.text]))[:LONGEST_TEXT]
    looks = sanitise("<br>".join(filter(None, [album.html, one.html]))[:LONGEST_TEXT])
    Message.objects.filter(pk=album.pk).update(
        coming=[*album.coming, *(asdict(file) for file in one.files)],
        known_as=[*album.known_as, one.external_id],
        text=text,
        full_text=text,
        html=looks,
        search=vector(text, *(file.name for file in one.files)),
    )
    bring_soon(message_id=album.pk)
    return album


def _claimed(person: Someone) -> dict[str, Any]:
    """What the other side says of who speaks: shown, but nobody is joined with anybody by it."""
    claimed = {name: value for name, value in (("phone", person.phone), ("email", person.email)) if value}
    return ({"claimed": claimed} if claimed else {}) | ({"handle": person.handle} if person.handle else {})


def _unknown(one: Unknown, inbox: Inbox, raw: RawMessage, *, is_released: bool) -> Message | None:
    """Kept whole, and shown in the talk; where there is none, a person decides what it is."""
    if current_talk(one.peer, inbox) is None and not is_released:
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
        said = Said(peer=one.peer, external_id=one.external_id, text=one.text, html=one.html, at=one.at)
        return _said(said, inbox, raw)
    at, text = _moment(one.at), one.text[:LONGEST_TEXT]
    if text == message.text:
        return None
    before = [*message.earlier, {"text": message.text, "until": at.isoformat()}][-_MOST_EARLIER:]
    Message.objects.filter(pk=message.pk).update(
        text=text,
        full_text=text,
        html=sanitise(one.html[:LONGEST_TEXT]),
        earlier=before,
        edited_at=at,
        search=vector(text),
        search_version=VERSION,
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
        talks = {"message__conversation__inbox": inbox, "message__conversation__peer": one.peer}
        read = Delivery.objects.filter(**talks, message__lte=message.pk)
        unread = read.filter(state__in=[Delivery.State.SENT, Delivery.State.DELIVERED], read_at=None)
        unread.update(state=Delivery.State.DELIVERED, read_at=_moment(one.at))


def _pressed(one: Pressed, inbox: Inbox) -> None:
    """Their own press, proven by the messenger; a word whose fate was unknown to us has no id there that we know."""
    message = message_by_its_id(one.external_id, inbox, one.peer) or asked_last(inbox, one.peer)
    if message is None or message.direction != Message.Direction.OUT:
        return
    announce(ButtonPressed(**_ids(message), says=one.says[:100]), actor=SYSTEM)
    answer_press(inbox=inbox, press=one.press, language=message.conversation.customer.language)


def _message(one: Amended | Removed | Reacted | Seen, inbox: Inbox) -> Message | None:
    return message_by_its_id(one.external_id, inbox, one.peer)


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
