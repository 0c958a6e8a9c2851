"""What leaves: rows first, the gate, then a worker hands it over; one letter, once."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from otklik.customers.queries import bounce_of
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.events import announce
from otklik.foundation.files import read_file
from otklik.foundation.language import VERSION
from otklik.foundation.policies import policy
from otklik.foundation.transactions import in_one
from otklik.reach import gate
from otklik.reach.actions.logins import login_secret
from otklik.reach.actions.words import attach, vector
from otklik.reach.adapters import smtp_out
from otklik.reach.adapters.compose import Outgoing, compose, html_of
from otklik.reach.adapters.delivering import DeliveryFailed, Letter, Receipt
from otklik.reach.adapters.incoming import Address, IncomingFile
from otklik.reach.events import (
    DeliveryRetried,
    MessageCancelled,
    MessageQueued,
    MessageSent,
    MessageUndelivered,
    WordRefused,
)
from otklik.reach.models import Conversation, Delivery, GateRefusal, Inbox, Message
from otklik.reach.queries import Recipients, first_mail_inbox, recipients_of_answer
from otklik.reach.threads import new_message_id, reply_address
from otklik.team.models import Agent

logger = logging.getLogger(__name__)
_BACKOFF_SECONDS = (60, 300, 900, 3600, 7200, 14_400, 28_800)
UNKNOWN_OUTCOME_AFTER = timedelta(minutes=10)


@in_one
def send(
    *,
    conversation: Conversation,
    text: str,
    purpose: str,
    actor: Actor = SYSTEM,
    author: Agent | None = None,
    recipients: Recipients | None = None,
    subject: str = "",
    files: Sequence[IncomingFile] = (),
    send_after: datetime | None = None,
    at: datetime | None = None,
    footer: str = "",
) -> Message | None:
    """Queue a word to the customer; None when the gate refused all of it (each refusal is a stored row).

    ``recipients`` default to those of the message being answered. Nothing leaves before ``send_after``.
    """
    recipients = recipients or _natural_recipients(conversation, purpose)
    last = _last_heard(conversation)
    allowed = [
        (role, person)
        for role, people in ((Delivery.Role.TO, recipients.to), (Delivery.Role.CC, recipients.cc))
        for person in people
        if _passes(conversation, person.email, purpose, last)
    ]
    has_way_back = bool(recipients.to)
    if has_way_back and not allowed and purpose != Message.Purpose.ANSWER:
        return None
    message = _write(
        conversation,
        text=text,
        purpose=purpose,
        author=author,
        subject=subject,
        send_after=send_after,
        at=at,
        footer=footer,
        in_reply_to=last.external_id if last and "@" in last.external_id else "",
    )
    attach(message, files)
    _queue(message, allowed)
    happened = MessageQueued(
        customer_id=conversation.customer_id,
        message_id=message.pk,
        conversation_id=conversation.pk,
        purpose=purpose,
    )
    announce(happened, actor=actor)
    if has_way_back and not allowed:
        _tell_undeliverable(message, recipients)
    return message


_QUEUE = """
    WITH queued AS (
        INSERT INTO reach_delivery (message_id, address, name, role, state, attempts, last_error, next_at)
        SELECT %(message)s, address, name, role, 'queued', 0, '', %(send_after)s
        FROM unnest(%(addresses)s::text[], %(names)s::text[], %(roles)s::text[]) AS people (address, name, role)
    )
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        'default', 'reach.deliver', 0, NULL, NULL, jsonb_build_object('message_id', %(message)s::bigint), %(send_after)s
    )::procrastinate_job_to_defer_v1])
"""


def _queue(message: Message, people: Sequence[tuple[str, Address]]) -> None:
    """The recipients of a letter and the job that hands it over, in one statement."""
    if not people:
        return
    values = {
        "message": message.pk,
        "send_after": message.send_after,
        "addresses": [person.email for _role, person in people],
        "names": [person.name[:200] for _role, person in people],
        "roles": [str(role) for role, _person in people],
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, values)


def _natural_recipients(conversation: Conversation, purpose: str) -> Recipients:
    return recipients_of_answer(conversation) if purpose == Message.Purpose.ANSWER else _customer_only(conversation)


def _customer_only(conversation: Conversation) -> Recipients:
    if not conversation.address:
        return Recipients(to=())
    return Recipients(to=(Address(email=conversation.address, name=conversation.customer.called),))


def _last_heard(conversation: Conversation) -> Message | None:
    """What was heard last in a conversation: its id and what kind of sender it had."""
    heard = conversation.messages.filter(direction=Message.Direction.IN).order_by("-id")
    return heard.only("automatic_because", "external_id").first()


def _has_heard_a_person(conversation: Conversation) -> bool:
    """An absence notice does not make a machine of a person who has written before."""
    return conversation.messages.filter(direction=Message.Direction.IN, automatic_because="").exists()


def _passes(conversation: Conversation, address: str, purpose: str, last: Message | None) -> bool:
    is_to_a_machine = last is not None and bool(last.automatic_because) and not _has_heard_a_person(conversation)
    verdict = gate.ask(conversation=conversation, address=address, purpose=purpose, is_to_a_machine=is_to_a_machine)
    if verdict.may_go:
        return True
    GateRefusal.objects.create(
        customer_id=conversation.customer_id,
        conversation=conversation,
        address=address,
        purpose=purpose,
        step=verdict.step,
    )
    happened = WordRefused(
        customer_id=conversation.customer_id, conversation_id=conversation.pk, purpose=purpose, step=verdict.step
    )
    announce(happened, actor=SYSTEM)
    return False


def _tell_undeliverable(message: Message, recipients: Recipients) -> None:
    """An answer that the gate stopped is kept as failed, so that its author sees it did not arrive."""
    for person in recipients.to:
        row = Delivery.objects.create(
            message=message, address=person.email, state=Delivery.State.FAILED, last_error="gate"
        )
        _announce_undelivered(message, row.pk)


def _write(
    conversation: Conversation,
    *,
    text: str,
    purpose: str,
    author: Agent | None,
    subject: str,
    send_after: datetime | None,
    at: datetime | None,
    footer: str,
    in_reply_to: str,
) -> Message:
    return Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.OUT,
        purpose=purpose,
        agent=author,
        author_name=author.name if author else "",
        external_id=new_message_id(purpose),
        in_reply_to=in_reply_to,
        subject=subject or _answer_subject(conversation.subject),
        text=text,
        full_text=_signed(text, author),
        html=html_of(text),
        footer=footer,
        search=vector(text),
        search_version=VERSION,
        send_after=send_after,
        **({"at": at} if at else {}),
    )


def _signed(text: str, author: Agent | None) -> str:
    """What leaves: the words, and below them the author's own signature."""
    signature = author.signature.strip() if author else ""
    return f"{text}\n\n{signature}" if signature else text


def _answer_subject(subject: str) -> str:
    subject = subject.strip()
    return subject if subject.lower().startswith("re:") or not subject else f"Re: {subject}"[:300]


@in_one
def cancel(*, message: Message, actor: Actor) -> None:
    """Take a letter back while it has not left. Raises ``Refusal('already_sent')`` when a worker was faster."""
    rows = Delivery.objects.select_for_update().filter(message=message)
    states = [row.state for row in rows]
    if not states or any(state != Delivery.State.QUEUED for state in states):
        raise Refusal("already_sent", _("The letter has already left."))
    rows.update(state=Delivery.State.CANCELLED)
    happened = MessageCancelled(message_id=message.pk, conversation_id=message.conversation_id)
    announce(happened, actor=actor)


@jobs.task(name="reach.deliver", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def deliver_job(message_id: int) -> None:
    deliver(message_id=message_id)


def deliver(*, message_id: int) -> None:
    """Hand a letter over: claim its due recipients, commit, talk to the server, write down what became of it.

    Killed between the claim and the record, the letter is tried once more after ten minutes, and that is logged.
    """
    claimed = _claim(message_id)
    if not claimed:
        return
    rows = Message.objects.select_related("conversation__inbox", "conversation__customer").defer("search", "html")
    message = rows.get(pk=message_id)
    try:
        refused = _hand_over(message, claimed).refused
    except DeliveryFailed as error:
        refused = {row.address: error for row in claimed}
    with transaction.atomic():
        _record(message, claimed, refused)


def _record(message: Message, rows: Sequence[Delivery], refused: Mapping[str, DeliveryFailed]) -> None:
    accepted = [row.pk for row in rows if row.address not in refused]
    for row in rows:
        if row.address in refused:
            _not_delivered(message, row, refused[row.address])
    if not accepted:
        return
    Delivery.objects.filter(pk__in=accepted).update(
        state=Delivery.State.SENT, sent_at=timezone.now(), next_at=None, last_error=""
    )
    happened = MessageSent(
        customer_id=message.conversation.customer_id,
        message_id=message.pk,
        conversation_id=message.conversation_id,
    )
    announce(happened, actor=SYSTEM)


_CLAIM = """
    UPDATE reach_delivery SET state = 'sending', claimed_at = %(now)s, attempts = attempts + 1
    WHERE id IN (
        SELECT id FROM reach_delivery
        WHERE message_id = %(message)s AND state = 'queued' AND (next_at IS NULL OR next_at <= %(now)s)
        FOR UPDATE SKIP LOCKED
    ) RETURNING *
"""


def _claim(message_id: int) -> list[Delivery]:
    rows = Delivery.objects.raw(_CLAIM, {"message": message_id, "now": timezone.now()})
    return sorted(rows, key=lambda row: row.pk)


def _hand_over(message: Message, rows: Sequence[Delivery]) -> Receipt:
    if smtp_out.is_rehearsing():
        return Receipt()
    inbox = _inbox_of(message.conversation)
    try:
        content = compose(_outgoing(message, inbox))
        password = login_secret(inbox, "smtp")
    except Refusal as refusal:
        raise DeliveryFailed(refusal.code, permanent=False) from refusal
    except (ValueError, TypeError, LookupError, HeaderParseError) as error:
        logger.exception("letter_not_composed", extra={"letter": message.pk})
        raise DeliveryFailed(f"composing failed: {type(error).__name__}", permanent=True) from error
    envelope = Letter(content=content, sender=inbox.address, recipients=tuple(row.address for row in rows))
    url = inbox.smtp_url or settings.SMTP_URL
    return smtp_out.deliver(envelope, url=url, password=password, folder=Path(settings.DATA_DIR) / "outbox")


def _inbox_of(conversation: Conversation) -> Inbox:
    inbox = conversation.inbox if conversation.inbox.kind == Inbox.Kind.EMAIL else first_mail_inbox()
    if inbox is None:
        raise DeliveryFailed("no mail inbox is set up", permanent=False)
    return inbox


def _outgoing(message: Message, inbox: Inbox) -> Outgoing:
    conversation = message.conversation
    everybody = list(Delivery.objects.filter(message=message).order_by("id"))
    words = message.full_text or message.text
    return Outgoing(
        message_id=message.external_id,
        sender=Address(email=inbox.address, name=message.author_name or policy("company.name")),
        reply_to=reply_address(conversation, inbox),
        to=[Address(email=row.address, name=row.name) for row in everybody if row.role == Delivery.Role.TO],
        cc=[Address(email=row.address, name=row.name) for row in everybody if row.role == Delivery.Role.CC],
        subject=message.subject,
        text=f"{words}\n\n-- \n{message.footer}" if message.footer else words,
        at=timezone.now(),
        in_reply_to=message.in_reply_to,
        references=_references(message),
        is_automatic=message.purpose in Message.AUTOMATIC,
        language=conversation.customer.language,
        files=[
            IncomingFile(name=part.name, content_type=part.content_type, content=read_file(part.file))
            for part in message.attachments.select_related("file").order_by("id")
        ],
    )


def _references(message: Message) -> list[str]:
    if not message.in_reply_to:
        return []
    earlier = Message.objects.filter(conversation_id=message.conversation_id, pk__lt=message.pk)
    ids = earlier.exclude(direction=Message.Direction.NOTE).order_by("-id").values_list("external_id", flat=True)[:10]
    return [one for one in reversed(ids) if "@" in one]


def _not_delivered(message: Message, row: Delivery, error: DeliveryFailed) -> None:
    if error.is_unknown:
        logger.warning("delivery_outcome_unknown", extra={"delivery": row.pk, "attempt": row.attempts})
    is_final = (
        error.permanent
        or row.attempts >= policy("reach.delivery_attempts")
        or (error.is_unknown and row.last_error == error.reason)  # one doubtful letter may go twice, never thrice
    )
    if is_final:
        Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.FAILED, last_error=error.reason[:500])
        _announce_undelivered(message, row.pk)
        return
    wait = _BACKOFF_SECONDS[min(row.attempts, len(_BACKOFF_SECONDS)) - 1]
    next_at = timezone.now() + timedelta(seconds=wait)
    Delivery.objects.filter(pk=row.pk).update(
        state=Delivery.State.QUEUED, next_at=next_at, last_error=error.reason[:500]
    )
    deliver_job.configure(schedule_at=next_at).defer(message_id=message.pk)
    logger.info("delivery_postponed", extra={"delivery": row.pk, "attempt": row.attempts, "seconds": wait})


def _announce_undelivered(message: Message, delivery_id: int) -> None:
    happened = MessageUndelivered(
        customer_id=message.conversation.customer_id,
        message_id=message.pk,
        conversation_id=message.conversation_id,
        delivery_id=delivery_id,
    )
    announce(happened, actor=SYSTEM)


@in_one
def retry_delivery(*, delivery: Delivery, actor: Actor, address: str = "") -> None:
    """Try a failed recipient again at a person's wish, at a corrected ``address`` if there is one.

    Raises ``Refusal('changed_meanwhile' | 'address_bounces' | 'address_told')``.
    """
    address = address.strip().lower() or delivery.address
    if bounce_of(address) == "hard":
        text = _("Letters to this address come back. Correct it, or call the customer.")
        raise Refusal("address_bounces", text, fields={"address": text})
    others = Delivery.objects.filter(message_id=delivery.message_id, address=address).exclude(pk=delivery.pk)
    if others.exists():
        text = _("This letter has already gone to that address.")
        raise Refusal("address_told", text, fields={"address": text})
    failed = [Delivery.State.FAILED, Delivery.State.BOUNCED]
    changed = Delivery.objects.filter(pk=delivery.pk, state__in=failed).update(
        state=Delivery.State.QUEUED, attempts=0, next_at=None, address=address, last_error=""
    )
    if not changed:
        raise Refusal("changed_meanwhile", _("This letter is already on its way."))
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


def mind_the_outbox() -> None:
    """After a crash: letters of unknown outcome are tried once more (and logged), lost jobs are deferred again."""
    since = timezone.now() - UNKNOWN_OUTCOME_AFTER
    stuck = Delivery.objects.filter(state=Delivery.State.SENDING, claimed_at__lt=since)
    for row in stuck.select_related("message__conversation").order_by("id")[:500]:
        with transaction.atomic():
            if Delivery.objects.select_for_update().filter(pk=row.pk, state=Delivery.State.SENDING).exists():
                _not_delivered(row.message, row, DeliveryFailed("outcome unknown", permanent=False, is_unknown=True))
    overdue = timezone.now() - timedelta(minutes=5)
    is_overdue = Q(next_at__lt=overdue) | Q(next_at=None, message__at__lt=overdue)
    waiting = Delivery.objects.filter(is_overdue, state=Delivery.State.QUEUED).order_by("id")
    for message_id in set(waiting.values_list("message_id", flat=True)[:500]):
        deliver_job.defer(message_id=message_id)
