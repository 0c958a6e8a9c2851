"""What leaves: rows first, the gate, then a worker hands it over; one letter, once."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from email.errors import HeaderParseError

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from otklik.customers.actions import close_way
from otklik.customers.queries import bounce_of
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce, reacting_at_once
from otklik.foundation.events.clock import latest_now
from otklik.foundation.events.queue import forget_failures
from otklik.foundation.files.keeping import read_file
from otklik.foundation.live.bell import wake_workers
from otklik.foundation.policies import is_held_back, policy
from otklik.reach.actions.doors import break_door, door_of, note_use
from otklik.reach.actions.turns import (
    NotYet,
    check_may_leave,
    is_left_to_its_author,
    is_out_of_date,
    known_also,
    rest_after,
)
from otklik.reach.adapters import smtp_out
from otklik.reach.adapters.channels import Channel, Door, Part, Word
from otklik.reach.adapters.delivering import OUTCOME_UNKNOWN, DeliveryFailed, Receipt, Verdict
from otklik.reach.adapters.email.faults import fault_of
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.events import (
    DeliveryRetried,
    MessageCancelled,
    MessageSent,
    MessageUndelivered,
)
from otklik.reach.leaving import Leaving, letter_leaving, outgoing, spoken
from otklik.reach.models import Conversation, Delivery, Inbox, Message
from otklik.reach.queries import inbox_by_id, shut_doors, way_out
from otklik.ui.letters import Sheet, sheet_of

logger = logging.getLogger(__name__)
_BACKOFF_SECONDS = (60, 300, 900, 3600, 7200, 14_400, 28_800)
UNKNOWN_OUTCOME_AFTER = timedelta(minutes=10)


@in_one
def cancel(*, message: Message, actor: Actor) -> None:
    """Take a letter back while it has not left.

    Raises ``Refusal('already_sent')`` when a worker was faster, or may have been; ``'nothing_waits'`` when it was
    taken back before, or nobody will get it in any case.
    """
    rows = list(Delivery.objects.select_for_update().filter(message=message).order_by("id"))
    if any(_may_have_left(row) for row in rows):
        raise Refusal("already_sent", _("The letter has already left."))
    waiting = [row.pk for row in rows if row.state == Delivery.State.QUEUED]
    if not waiting:
        raise Refusal("nothing_waits", _("Nothing of this letter waits to leave any more."))
    Delivery.objects.filter(pk__in=waiting).update(state=Delivery.State.CANCELLED)
    announce(MessageCancelled(message_id=message.pk, conversation_id=message.conversation_id), actor=actor)


def _may_have_left(row: Delivery) -> bool:
    """A letter that waits for its second attempt because nobody knows what became of the first may be there."""
    stays = {Delivery.State.QUEUED, Delivery.State.CANCELLED, Delivery.State.FAILED}
    return row.state not in stays or (row.state != Delivery.State.CANCELLED and row.last_error == OUTCOME_UNKNOWN)


@jobs.task(name="reach.deliver", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def deliver_job(message_id: int) -> None:
    deliver(message_id=message_id)


def deliver(*, message_id: int) -> None:
    """Hand a letter over: claim its due recipients, commit, talk to the server, write down what became of it.

    Killed between the claim and the record, the letter is tried once more after ten minutes, and that is logged.
    """
    if is_held_back():
        return
    everybody, claimed = _claim(message_id)
    if not claimed:
        return
    letter = letter_leaving(message_id)
    refused: dict[str, DeliveryFailed] = {}
    for sheet, rows in _copies(sheet_of(letter.message.sheet), claimed):
        try:
            refused |= _hand_over(letter, sheet, everybody, rows).refused
        except DeliveryFailed as error:
            refused |= {row.address: error for row in rows}
    with reacting_at_once(), transaction.atomic():
        _record(letter.message, claimed, refused)


def _copies(sheet: Sheet, rows: Sequence[Delivery]) -> list[tuple[Sheet, list[Delivery]]]:
    """One letter for all; but who is not its reader gets it without the question and links that are for them alone."""
    theirs = [row for row in rows if sheet.reader in {"", row.address}]
    others = [row for row in rows if row not in theirs]
    return [(sheet, theirs)] * bool(theirs) + [(sheet.for_others(), others)] * bool(others)


def _record(message: Message, rows: Sequence[Delivery], refused: Mapping[str, DeliveryFailed]) -> None:
    accepted = [row.pk for row in rows if row.address not in refused]
    for row in rows:
        if row.address in refused:
            _not_delivered(message, row, refused[row.address])
    if not accepted:
        return
    sent = Delivery.objects.filter(pk__in=accepted)
    sent.update(state=Delivery.State.SENT, sent_at=timezone.now(), next_at=None, last_error="", verdict="")
    happened = MessageSent(
        customer_id=message.conversation.customer_id,
        message_id=message.pk,
        conversation_id=message.conversation_id,
        purpose=message.purpose,
        has_question=bool(message.sheet.get("question")),
    )
    announce(happened, actor=SYSTEM)


_CLAIM = """
    WITH claimed AS (
        UPDATE reach_delivery SET state = 'sending', claimed_at = %(now)s, attempts = attempts + 1
        WHERE id IN (
            SELECT id FROM reach_delivery
            WHERE message_id = %(message)s AND state = 'queued'
                AND (next_at IS NULL OR next_at <= greatest(%(now)s, clock_timestamp()))
            FOR UPDATE SKIP LOCKED
        ) RETURNING id, attempts
    )
    SELECT delivery.id, address, name, role, coalesce(claimed.attempts, delivery.attempts), last_error, taken,
        claimed.id IS NOT NULL
    FROM reach_delivery delivery LEFT JOIN claimed USING (id) WHERE message_id = %(message)s ORDER BY delivery.id
"""


def _claim(message_id: int) -> tuple[list[Delivery], list[Delivery]]:
    """Everybody the letter goes to, and those of them to whom it is ours to hand it over now."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"message": message_id, "now": timezone.now()})
        rows = cursor.fetchall()
    names = ("id", "address", "name", "role", "attempts", "last_error", "taken")
    everybody = [Delivery(**dict(zip(names, row, strict=False))) for row in rows]
    for one in everybody:
        one.taken = json.loads(one.taken)
    return everybody, [one for one, row in zip(everybody, rows, strict=True) if row[-1]]


def _hand_over(letter: Leaving, sheet: Sheet, everybody: Sequence[Delivery], rows: Sequence[Delivery]) -> Receipt:
    if smtp_out.is_rehearsing():
        return Receipt()
    inbox = way_out(letter.message.conversation)
    if inbox is None:
        raise DeliveryFailed("no mail inbox is set up", permanent=False)
    channel = CHANNELS[inbox.kind]
    if not channel.abilities.is_letter:
        check_may_leave(letter.message, inbox, rows)
    parts = _written(letter, sheet, everybody, inbox, rows)
    receipt = _minding_the_door(parts, inbox, rows)
    if not channel.abilities.is_letter:
        note_use(inbox_id=inbox.pk, way="out")
    return receipt


def _minding_the_door(parts: Sequence[Part], inbox: Inbox, rows: Sequence[Delivery]) -> Receipt:
    channel = CHANNELS[inbox.kind]
    try:
        return _in_turn(parts, channel, door_of(inbox), rows)
    except Refusal as refusal:
        raise DeliveryFailed(refusal.code, permanent=False) from refusal
    except DeliveryFailed as error:
        if error.verdict is Verdict.DOOR_BROKEN:
            break_door(inbox_id=inbox.pk, reason=error.reason)
        elif error.verdict is Verdict.THROTTLED and not channel.abilities.is_letter:
            rest_after(inbox_id=inbox.pk, seconds=error.after)
        raise


def _in_turn(parts: Sequence[Part], channel: Channel, door: Door, rows: Sequence[Delivery]) -> Receipt:
    """Each part as it was taken is written down, so that a later try goes on after it."""
    if channel.abilities.is_letter:
        [part] = parts
        return channel.hand_over(door, part)
    [row] = rows
    receipt = Receipt()
    for part in parts[len(row.taken) :]:
        receipt = channel.hand_over(door, part)
        row.taken = [*row.taken, receipt.external_id]
        Delivery.objects.filter(pk=row.pk).update(taken=row.taken)
        if receipt.also:
            known_also(delivery_id=row.pk, ids=receipt.also)
    return receipt


def _written(
    letter: Leaving, sheet: Sheet, everybody: Sequence[Delivery], inbox: Inbox, rows: Sequence[Delivery]
) -> Sequence[Part]:
    """The word in the form of its channel."""
    to = tuple(row.address for row in rows)
    try:
        if CHANNELS[inbox.kind].abilities.is_letter:
            dressed = outgoing(letter.message, sheet, everybody, inbox, letter.references, _files(letter))
            word = Word(id=letter.message.external_id, to=to, letter=dressed)
        else:
            word = spoken(letter.message, sheet, inbox, to)
        return CHANNELS[inbox.kind].write(word, door_of(inbox))
    except (ValueError, TypeError, LookupError, HeaderParseError) as error:
        logger.exception("letter_not_composed", extra={"letter": letter.message.pk})
        raise DeliveryFailed(f"composing failed: {type(error).__name__}", permanent=True) from error


def _files(letter: Leaving) -> list[IncomingFile]:
    parts = letter.message.attachments.select_related("file").order_by("id") if letter.has_files else ()
    return [
        IncomingFile(name=part.name, content_type=part.content_type, content=read_file(part.file)) for part in parts
    ]


def _not_delivered(message: Message, row: Delivery, error: DeliveryFailed) -> None:
    if error.is_unknown:
        logger.warning("delivery_outcome_unknown", extra={"delivery": row.pk, "attempt": row.attempts})
    if error.verdict is Verdict.DOOR_BROKEN:
        _waits_at_the_door(row, error)
        return
    if isinstance(error, NotYet):
        _waits_for_its_turn(message, row, error)
        return
    if _is_final(message, row, error):
        Delivery.objects.filter(pk=row.pk).update(
            state=Delivery.State.FAILED, last_error=error.reason[:500], verdict=_verdict(error)
        )
        if error.verdict is Verdict.BLOCKED and message.conversation.peer:
            close_way(kind=inbox_by_id(message.conversation.inbox_id).people, value=row.address)
        announce_undelivered(message, row.pk, fault=fault_of("", error.reason) if error.permanent else "")
        return
    wait = error.after or _BACKOFF_SECONDS[min(row.attempts, len(_BACKOFF_SECONDS)) - 1]
    next_at = timezone.now() + timedelta(seconds=wait)
    is_throttled = error.verdict is Verdict.THROTTLED
    Delivery.objects.filter(pk=row.pk).update(
        state=Delivery.State.QUEUED,
        next_at=next_at,
        last_error=error.reason[:500],
        verdict=_verdict(error),
        attempts=row.attempts - is_throttled,
    )
    deliver_job.configure(schedule_at=next_at).defer(message_id=message.pk)
    logger.info("delivery_postponed", extra={"delivery": row.pk, "attempt": row.attempts, "seconds": wait})


def _is_final(message: Message, row: Delivery, error: DeliveryFailed) -> bool:
    if error.permanent or row.attempts >= policy("reach.delivery_attempts"):
        return True
    if error.is_unknown and (row.last_error == error.reason or is_left_to_its_author(message.conversation)):
        return True  # one doubtful letter may go twice, never thrice; where nobody knows a repeat, never twice
    return is_out_of_date(message, wait=error.after)


def _waits_for_its_turn(message: Message, row: Delivery, error: DeliveryFailed) -> None:
    """Nothing has been tried yet."""
    next_at = timezone.now() + timedelta(seconds=error.after)
    waits = {"state": Delivery.State.QUEUED, "next_at": next_at, "attempts": row.attempts - 1}
    Delivery.objects.filter(pk=row.pk).update(**waits)
    deliver_job.configure(schedule_at=next_at).defer(message_id=message.pk)


def _verdict(error: DeliveryFailed) -> Verdict:
    if error.is_unknown:
        return Verdict.UNKNOWN
    return error.verdict or (Verdict.REFUSED if error.permanent else Verdict.SERVER)


def _waits_at_the_door(row: Delivery, error: DeliveryFailed) -> None:
    """It is not the word's fault: no attempt is spent, and it leaves when the door is opened."""
    Delivery.objects.filter(pk=row.pk).update(
        state=Delivery.State.QUEUED,
        next_at=None,
        last_error=error.reason[:500],
        verdict=Verdict.DOOR_BROKEN,
        attempts=row.attempts - 1,
    )


def announce_undelivered(message: Message, delivery_id: int, *, fault: str = "") -> None:
    happened = MessageUndelivered(
        customer_id=message.conversation.customer_id,
        message_id=message.pk,
        conversation_id=message.conversation_id,
        delivery_id=delivery_id,
        fault=fault,
    )
    announce(happened, actor=SYSTEM)


@in_one
def retry_delivery(*, delivery: Delivery, actor: Actor, address: str = "") -> None:
    """Try a failed recipient again at a person's wish, at a corrected ``address`` if there is one.

    Raises ``Refusal('changed_meanwhile' | 'address_bounces' | 'address_told')``.
    """
    is_letter = not delivery.message.conversation.peer
    address = (is_letter and address.strip().lower()) or delivery.address
    if is_letter and bounce_of(address) == "hard":
        text = _("Letters to this address come back. Correct it, or call the customer.")
        raise Refusal("address_bounces", text, fields={"address": text})
    others = Delivery.objects.filter(message_id=delivery.message_id, address=address).exclude(pk=delivery.pk)
    if others.exists():
        text = _("This letter has already gone to that address.")
        raise Refusal("address_told", text, fields={"address": text})
    failed = [Delivery.State.FAILED, Delivery.State.BOUNCED]
    changed = Delivery.objects.filter(pk=delivery.pk, state__in=failed).update(
        state=Delivery.State.QUEUED, attempts=0, next_at=None, address=address, last_error="", verdict=""
    )
    if not changed:
        raise Refusal("changed_meanwhile", _("This letter is already on its way."))
    if address != delivery.address and delivery.message.sheet.get("reader") == delivery.address:
        sheet = {**delivery.message.sheet, "reader": address}
        Message.objects.filter(pk=delivery.message_id).update(sheet=sheet)
    if address != delivery.address and delivery.role == Delivery.Role.TO:
        Conversation.objects.filter(pk=delivery.message.conversation_id).update(address=address)
    happened = DeliveryRetried(
        customer_id=delivery.message.conversation.customer_id,
        message_id=delivery.message_id,
        conversation_id=delivery.message.conversation_id,
        delivery_id=delivery.pk,
    )
    announce(happened, actor=actor)
    deliver_job.defer(message_id=delivery.message_id)
    wake_workers()


@in_one
def believe_arrived(*, delivery: Delivery, actor: Actor) -> None:
    """A person has seen there that a word of unknown outcome arrived: it counts as sent.

    Raises ``Refusal('changed_meanwhile')``.
    """
    unsure = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.FAILED, verdict=Verdict.UNKNOWN)
    sent_at = delivery.claimed_at or timezone.now()
    if not unsure.update(state=Delivery.State.SENT, sent_at=sent_at, next_at=None, last_error="", verdict=""):
        raise Refusal("changed_meanwhile", _("This letter is already on its way."))
    message = delivery.message
    happened = MessageSent(
        customer_id=message.conversation.customer_id,
        message_id=message.pk,
        conversation_id=message.conversation_id,
        purpose=message.purpose,
        has_question=bool(message.sheet.get("question")),
    )
    announce(happened, actor=actor)


def deliver_soon(message_ids: Iterable[int]) -> None:
    """Defer the jobs of letters that have lost theirs."""
    chosen = list(message_ids)
    for message_id in chosen:
        deliver_job.defer(message_id=message_id)
    if chosen:
        wake_workers()


def _interrupted(conversation: Conversation) -> DeliveryFailed:
    """Nobody knows what became of it; where the other side knows a word by its id, that does no harm."""
    kind = inbox_by_id(conversation.inbox_id).kind if conversation.peer else ""
    is_harmless = kind in CHANNELS and CHANNELS[kind].abilities.is_repeatable
    return DeliveryFailed(OUTCOME_UNKNOWN, permanent=False, is_unknown=not is_harmless)


def mind_the_outbox() -> None:
    """After a crash: letters of unknown outcome are tried once more (and logged), lost jobs are deferred again."""
    if is_held_back():
        return
    now = latest_now()
    since = now - UNKNOWN_OUTCOME_AFTER
    stuck = Delivery.objects.filter(state=Delivery.State.SENDING, claimed_at__lt=since)
    for row in stuck.select_related("message__conversation").order_by("id")[:500]:
        with transaction.atomic():
            if Delivery.objects.select_for_update().filter(pk=row.pk, state=Delivery.State.SENDING).exists():
                _not_delivered(row.message, row, _interrupted(row.message.conversation))
    overdue = now - timedelta(minutes=5)
    is_overdue = Q(next_at__lt=overdue) | Q(next_at=None, message__at__lt=overdue)
    waiting = Delivery.objects.filter(is_overdue, state=Delivery.State.QUEUED).order_by("id")
    if shut := shut_doors():
        at_a_shut_door = Conversation.objects.filter(inbox__in=shut).exclude(peer="")
        waiting = waiting.exclude(message__conversation__in=at_a_shut_door)
    forgotten = set(waiting.values_list("message_id", flat=True)[:500])
    deliver_soon(forgotten)
    if not forgotten:
        forget_failures(deliver_job.name)
