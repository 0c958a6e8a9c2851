"""What arrives: kept first, then understood, stored exactly once, threaded."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Func, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs
from psycopg_pool import PoolTimeout

from otklik.customers.actions import forget_bounce, identify, record_bounce
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.events import announce
from otklik.foundation.files import keep_file
from otklik.foundation.language import VERSION, language_of, searchable
from otklik.foundation.transactions import in_one
from otklik.reach.actions.keeping import TAKE_IN, bytes_of, take_in_soon
from otklik.reach.adapters.email import parse
from otklik.reach.adapters.email.glimpse import glimpse
from otklik.reach.adapters.incoming import Bounce, Incoming, IncomingFile, Unreadable
from otklik.reach.events import MessageHeld, MessageReceived, MessageUndelivered
from otklik.reach.models import Attachment, Conversation, Delivery, Inbox, Message, RawMessage
from otklik.reach.queries import first_mail_inbox, head_of, inbox_by_address
from otklik.reach.threads import conversation_of, new_message_id

logger = logging.getLogger(__name__)
_MOST_ATTEMPTS = 4
_FORGOTTEN_AFTER = timedelta(minutes=1)
_LONGEST_TEXT = 500_000


@jobs.task(name=TAKE_IN, retry=RetryStrategy(max_attempts=20, exponential_wait=2))
def take_in_job(raw_ids: list[int]) -> None:
    take_in_all(raw_ids=raw_ids)


def take_in_all(*, raw_ids: Sequence[int]) -> None:
    """Take letters in, each in its own transaction; one that cannot be stored never stops the others.

    Attempts are counted before the try, so that a letter that kills the worker is held in the end, too.
    """
    failed: dict[int, int] = {}
    for raw_id, attempts in _begin(raw_ids):
        try:
            if attempts > _MOST_ATTEMPTS:
                _hold_unstorable(raw_id)
            else:
                take_in(raw_id=raw_id)
        except (OperationalError, InterfaceError, PoolTimeout):
            raise
        except Exception:
            logger.exception("letter_not_taken_in", extra={"raw": raw_id, "attempt": attempts})
            failed[raw_id] = attempts
    for raw_id, attempts in failed.items():
        take_in_soon([raw_id], after_seconds=4**attempts)


def _begin(raw_ids: Sequence[int]) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reach_rawmessage SET attempts = attempts + 1 WHERE id = ANY(%s) AND state = 'waiting'"
            " RETURNING id, attempts",
            [list(raw_ids)],
        )
        return sorted(cursor.fetchall())


@transaction.atomic
def _hold_unstorable(raw_id: int) -> None:
    raw = RawMessage.objects.select_for_update().filter(pk=raw_id, state=RawMessage.State.WAITING).first()
    if raw is not None:
        _hold(raw, "cannot_be_stored")


def take_in_forgotten() -> None:
    """Letters that wait for more than a minute without reason (their job was lost) are taken in."""
    since = timezone.now() - _FORGOTTEN_AFTER
    waiting = RawMessage.objects.filter(state=RawMessage.State.WAITING, kept_at__lt=since).order_by("id")
    raw_ids = list(waiting.values_list("id", flat=True)[:200])
    if raw_ids:
        logger.warning("letters_were_left_waiting", extra={"count": len(raw_ids)})
        take_in_soon(raw_ids)


@transaction.atomic
def take_in(*, raw_id: int, is_released: bool = False) -> Message | None:
    """Understand one kept letter: it becomes a message, is held with a reason, or is known already."""
    raw = RawMessage.objects.select_for_update().filter(pk=raw_id, state=RawMessage.State.WAITING).first()
    if raw is None:
        return None
    incoming = parse(bytes_of(raw), trusted_hosts=settings.TRUSTED_MAIL_HOSTS)
    if isinstance(incoming, Unreadable):
        if is_released:
            return _take_unreadable(raw)
        _hold(raw, incoming.reason, incoming.detail)
        return None
    inbox = raw.inbox or _addressed_inbox(incoming, raw.envelope_to)
    if inbox is None:
        if is_released:
            raise _no_inbox()
        _hold(raw, "no_inbox")
        return None
    if is_released:
        incoming = replace(incoming, bounce=None)
    if not is_released and incoming.sender.email == inbox.address and incoming.bounce is None:
        _hold(raw, "from_ourselves")
        return None
    return receive(incoming=incoming, inbox=inbox, raw=raw)


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
        text=seen.text or _("The letter could not be read. The original is attached."),
        subject=seen.subject,
        files=[
            IncomingFile(name=f"letter-{raw.pk}.eml", content_type="application/octet-stream", content=bytes_of(raw))
        ],
        external_id=f"sha256:{raw.sha256}",
    )
    Message.objects.filter(pk=message.pk).update(raw=raw)
    _settle(raw, RawMessage.State.RECEIVED)
    _announce_received(message, conversation, is_new=True)
    return message


def _addressed_inbox(incoming: Incoming, envelope_to: Iterable[str]) -> Inbox | None:
    addresses = [*envelope_to, *(address.email for address in (*incoming.to, *incoming.cc))]
    found = (inbox_by_address(address) for address in addresses)
    return next((inbox for inbox in found if inbox is not None), None) or first_mail_inbox()


def _hold(raw: RawMessage, reason: str, detail: str = "") -> None:
    RawMessage.objects.filter(pk=raw.pk).update(
        state=RawMessage.State.HELD, held_reason=reason, held_detail=detail[:300]
    )
    announce(MessageHeld(raw_id=raw.pk, reason=reason), actor=SYSTEM)
    logger.info("letter_held", extra={"raw": raw.pk, "reason": reason})


@in_one
def receive(*, incoming: Incoming, inbox: Inbox, raw: RawMessage | None = None) -> Message | None:
    """Store a message exactly once and thread it; None when it was known, or was a report about one of ours."""
    _one_at_a_time(incoming.sender.email)
    if Message.objects.filter(external_id=incoming.external_id).exists():
        _settle(raw, RawMessage.State.DOUBLE)
        return None
    if incoming.bounce is not None:
        _take_bounce(incoming, incoming.bounce, raw)
        return None
    conversation = conversation_of(incoming, envelope_to=raw.envelope_to if raw else ())
    is_new = conversation is None
    if conversation is None:
        conversation = _conversation_for(incoming, inbox)
    message = _store(incoming, conversation, raw, is_verified=is_new or _is_from_customer(incoming, conversation))
    _settle(raw, RawMessage.State.RECEIVED)
    forget_bounce(email=incoming.sender.email)
    _announce_received(message, conversation, is_new=is_new)
    return message


def _one_at_a_time(address: str) -> None:
    """Letters of one sender are taken in one after another, so that two never open two conversations for one matter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sender:{address}"])


def _settle(raw: RawMessage | None, state: RawMessage.State) -> None:
    if raw is not None:
        RawMessage.objects.filter(pk=raw.pk).update(state=state)


def _announce_received(message: Message, conversation: Conversation, *, is_new: bool, is_taken: bool = False) -> None:
    happened = MessageReceived(
        customer_id=conversation.customer_id,
        message_id=message.pk,
        conversation_id=conversation.pk,
        is_new_conversation=is_new,
        is_taken=is_taken,
    )
    announce(happened, actor=SYSTEM)


def _conversation_for(incoming: Incoming, inbox: Inbox) -> Conversation:
    """A new conversation; a sender whose signature fails is not joined with the customer they claim to be."""
    sender = incoming.sender
    language = language_of(incoming.own_text or incoming.subject)
    is_trusted = not incoming.verdicts.is_failing
    if is_trusted:
        is_proven = incoming.verdicts.dmarc == "pass"
        customer = identify(
            kind="email", value=sender.email, name=sender.name, language=language, is_verified=is_proven
        )
    else:
        customer = Customer.objects.create(name=sender.name[:200], language=language)
    return Conversation.objects.create(
        inbox=inbox,
        customer=customer,
        address=sender.email,
        subject=incoming.subject[:300],
        is_sender_trusted=is_trusted,
    )


def _is_from_customer(incoming: Incoming, conversation: Conversation) -> bool:
    """Whether the letter comes from an address of the customer whose conversation it is, with no failing signature."""
    if incoming.verdicts.is_failing:
        return False
    if incoming.sender.email == conversation.address:
        return True
    points = ContactPoint.objects.filter(customer_id=conversation.customer_id, kind="email")
    return points.filter(value=incoming.sender.email).exists()


def _store(incoming: Incoming, conversation: Conversation, raw: RawMessage | None, *, is_verified: bool) -> Message:
    people: dict[str, Any] = {
        "to": [asdict(person) for person in incoming.to],
        "cc": [asdict(person) for person in incoming.cc],
    }
    if incoming.reply_to and is_verified:
        people["reply_to"] = incoming.reply_to[0].email
    message = Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.IN,
        author_name=incoming.sender.name[:200],
        author_address=incoming.sender.email,
        is_sender_verified=is_verified,
        automatic_because=incoming.automatic_because,
        external_id=incoming.external_id[:500],
        in_reply_to=(incoming.in_reply_to or ("",))[0][:500],
        people=people,
        verdicts=asdict(incoming.verdicts),
        subject=incoming.subject[:300],
        text=incoming.own_text[:_LONGEST_TEXT],
        full_text=incoming.text[:_LONGEST_TEXT],
        html=incoming.html,
        is_truncated=incoming.is_truncated,
        raw=raw,
        search=vector(incoming.subject, incoming.own_text, *(file.name for file in incoming.files)),
        search_version=VERSION,
    )
    attach(message, incoming.files)
    return message


def vector(*texts: str) -> Func:
    """The search value of texts, made by ``foundation.language``."""
    return Func(
        Value("simple"), Value(searchable(*texts)), function="to_tsvector", template="to_tsvector(%(expressions)s)"
    )


def attach(message: Message, files: Iterable[IncomingFile]) -> None:
    rows = [
        Attachment(
            message=message,
            file=keep_file(file.content, declared_type=file.content_type),
            name=(file.name or "file")[:255],
            content_type=file.content_type[:150],
            content_id=file.content_id[:255],
            is_inline=file.is_inline,
        )
        for file in files
    ]
    Attachment.objects.bulk_create(rows)


def _take_bounce(incoming: Incoming, bounce: Bounce, raw: RawMessage | None) -> None:
    """Attach a delivery report to the letter it is about; a hard one marks the address and the delivery."""
    ours = (
        Message.objects.filter(external_id=bounce.original_message_id, direction=Message.Direction.OUT)
        .select_related("conversation")
        .first()
    )
    if ours is None:
        for recipient in bounce.recipients if raw is None else ():
            record_bounce(email=recipient.email, is_hard=recipient.is_hard)
        if raw is not None:
            _hold(raw, "bounce_of_unknown_letter")
        return
    _store(incoming, ours.conversation, raw, is_verified=False)
    _settle(raw, RawMessage.State.RECEIVED)
    for recipient in bounce.recipients:
        record_bounce(email=recipient.email, is_hard=recipient.is_hard)
        if recipient.is_hard:
            _mark_bounced(ours, recipient.email, recipient.text or recipient.status)


def _mark_bounced(message: Message, address: str, why: str) -> None:
    rows = Delivery.objects.filter(message=message).exclude(state=Delivery.State.BOUNCED)
    row = rows.filter(address=address).first() or (rows.first() if rows.count() == 1 else None)
    if row is None:
        return
    rows.filter(pk=row.pk).update(state=Delivery.State.BOUNCED, bounced_at=timezone.now(), last_error=why[:500])
    happened = MessageUndelivered(
        customer_id=message.conversation.customer_id,
        message_id=message.pk,
        conversation_id=message.conversation_id,
        delivery_id=row.pk,
    )
    announce(happened, actor=SYSTEM)


@in_one
def start_conversation(
    *,
    customer: Customer,
    inbox: Inbox,
    subject: str,
    text: str,
    address: str = "",
    files: Sequence[IncomingFile] = (),
    external_id: str = "",
    at: datetime | None = None,
) -> Message:
    """A customer's first word that came without a letter: the form, the API, the phone. The caller opens its case."""
    conversation = Conversation.objects.create(
        inbox=inbox, customer=customer, address=address, subject=subject[:300], **({"created_at": at} if at else {})
    )
    message = say(conversation=conversation, text=text, subject=subject, files=files, external_id=external_id, at=at)
    _announce_received(message, conversation, is_new=True, is_taken=True)
    return message


@in_one
def hear_on_page(
    *,
    conversation: Conversation,
    text: str,
    files: Sequence[IncomingFile] = (),
    external_id: str = "",
    at: datetime | None = None,
) -> Message:
    """A customer's further word, written on their own signed page."""
    message = say(conversation=conversation, text=text, files=files, external_id=external_id, at=at)
    _announce_received(message, conversation, is_new=False)
    return message


def say(
    *,
    conversation: Conversation,
    text: str,
    subject: str = "",
    files: Sequence[IncomingFile] = (),
    external_id: str = "",
    at: datetime | None = None,
) -> Message:
    moment: dict[str, Any] = {"at": at} if at else {}
    message = Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.IN,
        author_name=conversation.customer.name,
        author_address=conversation.address,
        external_id=external_id or new_message_id("word"),
        subject=subject[:300],
        text=text[:_LONGEST_TEXT],
        full_text=text[:_LONGEST_TEXT],
        search=vector(subject, text, *(file.name for file in files)),
        search_version=VERSION,
        **moment,
    )
    attach(message, files)
    return message


@in_one
def write_note(
    *,
    conversation: Conversation,
    text: str,
    actor: Actor,
    files: Sequence[IncomingFile] = (),
    at: datetime | None = None,
) -> Message:
    """What staff say to each other; a database trigger refuses to deliver it."""
    moment: dict[str, Any] = {"at": at} if at else {}
    message = Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.NOTE,
        agent_id=actor.pk if actor.is_agent else None,
        author_name=actor.name,
        external_id=new_message_id("note"),
        text=text,
        full_text=text,
        search=vector(text),
        search_version=VERSION,
        **moment,
    )
    attach(message, files)
    return message
