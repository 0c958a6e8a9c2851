"""What arrives: kept first, then understood, stored exactly once, threaded."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs
from psycopg_pool import PoolTimeout

from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce, reacting_at_once
from otklik.foundation.events.clock import latest_now
from otklik.foundation.events.queue import forget_failures
from otklik.reach.actions.doors import door_of
from otklik.reach.actions.forms import by_visitor
from otklik.reach.actions.hearing import hear_peer
from otklik.reach.actions.keeping import TAKE_IN, bytes_of, hold, settle, take_in_soon
from otklik.reach.actions.receiving import receive
from otklik.reach.actions.words import announce_received, say
from otklik.reach.adapters.channels import Happening
from otklik.reach.adapters.email.glimpse import glimpse
from otklik.reach.adapters.incoming import Incoming, IncomingFile, Unreadable
from otklik.reach.adapters.registry import CHANNELS, MAIL
from otklik.reach.events import LetterReturned
from otklik.reach.models import Conversation, Inbox, Message, RawMessage
from otklik.reach.queries import first_mail_inbox, head_of, inbox_by_address, inbox_by_id, our_addresses
from otklik.reach.returns import returned_to
from otklik.reach.threads import conversation_of, without_plus

logger = logging.getLogger(__name__)
_MOST_ATTEMPTS = 4
_FORGOTTEN_AFTER = timedelta(minutes=1)


@jobs.task(name=TAKE_IN, retry=RetryStrategy(max_attempts=20, exponential_wait=2))
def take_in_job(raw_ids: list[int]) -> None:
    take_in_all(raw_ids=raw_ids)


def take_in_all(*, raw_ids: Sequence[int]) -> None:
    """Take letters in, each in its own transaction; one that cannot be stored never stops the others.

    An attempt is counted just before the letter's own try, so that one that kills its worker is held in the end, too;
    a letter tried before waits until the new ones are in. Only a database that is away ends the batch.
    """
    failed: dict[int, int] = {}
    for raw_id in _in_turn(raw_ids):
        attempts = _begin(raw_id)
        try:
            if attempts > _MOST_ATTEMPTS:
                _hold_unstorable(raw_id)
            elif attempts:
                with reacting_at_once():
                    take_in(raw_id=raw_id)
        except Exception as error:
            if _is_database_away(error):
                raise
            logger.exception("letter_not_taken_in", extra={"raw": raw_id, "attempt": attempts})
            failed[raw_id] = attempts
    for raw_id, attempts in failed.items():
        take_in_soon([raw_id], after_seconds=4**attempts)


def _in_turn(raw_ids: Sequence[int]) -> list[int]:
    """Those that still wait, never tried ones first."""
    waiting = RawMessage.objects.filter(pk__in=raw_ids, state=RawMessage.State.WAITING)
    return list(waiting.order_by("attempts", "id").values_list("id", flat=True))


_COUNT = """
    WITH without_waiting_for_the_disk AS (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE reach_rawmessage SET attempts = attempts + 1 FROM without_waiting_for_the_disk
    WHERE id = %s AND state = 'waiting' RETURNING attempts
"""


def _begin(raw_id: int) -> int:
    """Count the attempt that begins now; 0 when another worker has taken the letter in meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [raw_id])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


_AWAY = ("08", "57P", "53300")
"""SQLSTATE: connection exceptions, a server that shuts down or starts, and too many connections."""


def _is_database_away(error: Exception) -> bool:
    """Whether no other letter would fare better. Too long a text is an ``OperationalError``, too."""
    if isinstance(error, OperationalError):
        state = getattr(error.__cause__, "sqlstate", None)
        return state is None or state.startswith(_AWAY)
    return isinstance(error, (InterfaceError, PoolTimeout))


@transaction.atomic
def _hold_unstorable(raw_id: int) -> None:
    raw = RawMessage.objects.select_for_update().filter(pk=raw_id, state=RawMessage.State.WAITING).first()
    if raw is not None:
        hold(raw, "cannot_be_stored")


def take_in_forgotten() -> None:
    """Letters that wait for more than a minute without reason (their job was lost) are taken in."""
    since = latest_now() - _FORGOTTEN_AFTER
    waiting = RawMessage.objects.filter(state=RawMessage.State.WAITING, kept_at__lt=since).order_by("id")
    raw_ids = list(waiting.values_list("id", flat=True)[:200])
    if raw_ids:
        logger.warning("letters_were_left_waiting", extra={"count": len(raw_ids)})
        take_in_soon(raw_ids)
    else:
        forget_failures(TAKE_IN)


@in_one
def take_in(*, raw_id: int, is_released: bool = False) -> Message | None:
    """Understand one kept letter: it becomes a message, is held with a reason, or is known already."""
    raw = _waiting(raw_id)
    if raw is None:
        return None
    happenings = _understood(raw)
    letter = _letter_in(happenings)
    if letter is not None:
        return _take_letter(letter, raw, is_released=is_released)
    assert raw.inbox is not None, "only letters come without a door"
    by_peer = [one for one in happenings if not isinstance(one, (Incoming, Unreadable))]
    return hear_peer(happenings=by_peer, inbox=raw.inbox, raw=raw, is_released=is_released)


def _understood(raw: RawMessage) -> Sequence[Happening]:
    channel = CHANNELS.get(raw.inbox.kind, MAIL) if raw.inbox else MAIL
    return channel.understand(_with_envelope(raw), door_of(raw.inbox))


def _letter_in(happenings: Sequence[Happening]) -> Incoming | Unreadable | None:
    return next((one for one in happenings if isinstance(one, (Incoming, Unreadable))), None)


def _take_letter(incoming: Incoming | Unreadable, raw: RawMessage, *, is_released: bool) -> Message | None:
    if isinstance(incoming, Unreadable):
        if is_released:
            return _take_unreadable(raw)
        hold(raw, incoming.reason, incoming.detail)
        return None
    inbox = raw.inbox or _addressed_inbox(incoming, raw.envelope_to)
    if inbox is None:
        if is_released:
            raise _no_inbox()
        hold(raw, "no_inbox")
        return None
    read = by_visitor(incoming, inbox)
    if is_released or raw.is_history:
        read = replace(read, bounce=None)
    if not is_released and (_is_returned(incoming, raw) or _is_put_aside(read, inbox, raw)):
        return None
    return receive(incoming=read, inbox=inbox, raw=raw)


_still_waiting = Compiled(
    lambda: RawMessage.objects.select_for_update().filter(pk=Given("raw"), state=RawMessage.State.WAITING)
)


def _waiting(raw_id: int) -> RawMessage | None:
    for raw in _still_waiting(raw=raw_id):
        raw.inbox = inbox_by_id(raw.inbox_id) if raw.inbox_id else None
        return raw
    return None


def _with_envelope(raw: RawMessage) -> bytes:
    """The letter with the empty return path of its envelope, which says that nothing may answer it."""
    content = bytes_of(raw)
    return b"Return-Path: <>\r\n" + content if raw.envelope_from == "<>" else content


def _is_returned(incoming: Incoming, raw: RawMessage) -> bool:
    """Whether it answers a letter of an app to a colleague; then the app hears of it, and no case does."""
    is_new = not raw.is_history and incoming.bounce is None
    home = returned_to(incoming, envelope_to=raw.envelope_to) if is_new else None
    if home is None:
        return False
    settle(raw, RawMessage.State.RETURNED)
    announce(LetterReturned(raw_id=raw.pk, app=home[0], number=home[1]), actor=SYSTEM)
    return True


def returned_letter(*, raw_id: int) -> Incoming | None:
    """What a colleague wrote back; None when nothing of it can be read."""
    letter = _letter_in(_understood(RawMessage.objects.select_related("inbox").get(pk=raw_id)))
    return letter if isinstance(letter, Incoming) else None


def _is_put_aside(incoming: Incoming, inbox: Inbox, raw: RawMessage) -> bool:
    """Whether the letter is our own come home, or spam; then it is settled or held."""
    if incoming.bounce is not None:
        return False
    if _is_our_own(incoming, inbox):
        _put_aside(raw, incoming)
        return True
    if _is_spam(incoming, raw):
        hold(raw, "marked_spam", incoming.spam_because)
        return True
    return False


def _is_spam(incoming: Incoming, raw: RawMessage) -> bool:
    """A new matter that a server on the way calls spam: it waits apart, nobody is answered, nobody is learned.

    What goes on in a conversation of ours is heard whatever a filter thinks of it, and so are reports on our letters.
    """
    return bool(incoming.spam_because) and conversation_of(incoming, envelope_to=raw.envelope_to) is None


def _is_our_own(incoming: Incoming, inbox: Inbox) -> bool:
    return incoming.sender.email == inbox.address or without_plus(incoming.sender.email) in our_addresses()


def _put_aside(raw: RawMessage, incoming: Incoming) -> None:
    """A letter of ours that came home is known; another one that bears our address goes to a person."""
    is_known = Message.objects.filter(external_id=incoming.external_id, direction=Message.Direction.OUT).exists()
    if is_known or raw.is_history:
        settle(raw, RawMessage.State.DOUBLE)
    else:
        hold(raw, "from_ourselves")


def _no_inbox() -> Refusal:
    return Refusal("no_inbox", _("Add an e-mail inbox first: there is none that could take this letter."))


def _take_unreadable(raw: RawMessage) -> Message:
    """A person wants a letter that no parser could read: a stranger's new matter, with the original attached."""
    inbox = raw.inbox or first_mail_inbox()
    if inbox is None:
        raise _no_inbox()
    seen = glimpse(head_of(raw))
    sender = raw.envelope_from if "@" in raw.envelope_from else ""
    conversation = Conversation.objects.create(
        inbox=inbox,
        customer=Customer.objects.create(name=sender.partition("@")[0][:200]),
        address=sender[:254],
        subject=seen.subject[:300],
        is_sender_trusted=False,
    )
    message = say(
        conversation=conversation,
        text=seen.text,
        subject=seen.subject,
        files=[
            IncomingFile(name=f"letter-{raw.pk}.eml", content_type="application/octet-stream", content=bytes_of(raw))
        ],
        external_id=f"sha256:{raw.sha256}",
    )
    Message.objects.filter(pk=message.pk).update(raw=raw, notices=["unreadable"])
    settle(raw, RawMessage.State.RECEIVED)
    announce_received(message, conversation, is_new=True)
    return message


def _addressed_inbox(incoming: Incoming, envelope_to: Iterable[str]) -> Inbox | None:
    addresses = [*envelope_to, *(address.email for address in (*incoming.to, *incoming.cc))]
    found = (inbox_by_address(address) for address in addresses)
    return next((inbox for inbox in found if inbox is not None), None) or first_mail_inbox()
