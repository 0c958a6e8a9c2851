"""A letter becomes a message: stored exactly once, threaded, its sender known or not."""

import hashlib
import re
from dataclasses import asdict
from typing import Any, Final

from django.conf import settings
from django.db import connection

from otklik.customers.actions import forget_bounce, identify
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.text.language import VERSION, language_of
from otklik.reach.actions.keeping import bytes_of, settle
from otklik.reach.actions.reports import take_report
from otklik.reach.actions.said import knowing_what_was_said
from otklik.reach.actions.words import LONGEST_TEXT, announce_received, attach, vector
from otklik.reach.adapters.email import parse
from otklik.reach.adapters.email.forwards import forwarded_from
from otklik.reach.adapters.incoming import Incoming
from otklik.reach.dates import plausible
from otklik.reach.models import Conversation, Inbox, Message, RawMessage
from otklik.reach.queries import is_known
from otklik.reach.threads import conversation_of
from otklik.team.queries import is_colleague

_LONGEST_ID: Final = 400
_LONGEST_ADDRESS: Final = 254
_NO_LETTER: Final = re.compile(r"[\W_]+")
_TELLING: Final = 60
_LONGEST_FOOT: Final = 800
"""Letters; the buttons with their links are not in what we keep, and the foot of the house, neither."""


@in_one
def receive(*, incoming: Incoming, inbox: Inbox, raw: RawMessage | None = None) -> Message | None:
    """Store a message exactly once and thread it; None when it was known, or was a report about one of ours."""
    _one_at_a_time(incoming.sender.email)
    external_id = _free_id(incoming, inbox, raw)
    if not external_id:
        settle(raw, RawMessage.State.DOUBLE)
        return None
    if incoming.bounce is not None:
        stored = take_report(incoming.bounce, raw)
        return store(incoming, stored, raw, external_id=external_id, is_verified=False) if stored else None
    conversation = conversation_of(incoming, envelope_to=raw.envelope_to if raw else ())
    is_new = conversation is None
    if conversation is None:
        conversation = _conversation_for(incoming, inbox)
    else:
        incoming = knowing_what_was_said(incoming, conversation)
    is_verified = is_new or _is_from_customer(incoming, conversation)
    message = store(incoming, conversation, raw, external_id=external_id, is_verified=is_verified)
    settle(raw, RawMessage.State.RECEIVED)
    is_history = raw is not None and raw.is_history
    if is_verified and not is_history:
        forget_bounce(email=incoming.sender.email)
    announce_received(message, conversation, is_new=is_new, is_history=is_history)
    return message


def _one_at_a_time(address: str) -> None:
    """Letters of one sender are taken in one after another, so that two never open two conversations for one matter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sender:{address}"])


# ── Exactly once ──────────────────────────────────────────────────────────────────────────
def _free_id(incoming: Incoming, inbox: Inbox, raw: RawMessage | None) -> str:
    """The id to store this letter under; '' when it is stored already.

    A Message-ID alone proves nothing: a stranger may write one that another letter bears, and some machines write the
    same one for ever. A letter counts as known only when its author and its words (or its date) are the same, too, or
    when it is a letter of ours that a list sends back in its own name; otherwise it is kept under ``id#hash``.
    """
    plain = incoming.external_id
    if len(plain) > _LONGEST_ID:
        plain = f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"
    if not is_known(plain):
        return plain
    known = Message.objects.select_related("raw__file", "conversation").get(external_id=plain)
    if _is_same(known, incoming):
        _remember_inbox(known, inbox)
        return ""
    other = f"{plain}#{raw.sha256[:16] if raw else hashlib.sha256(incoming.text.encode()).hexdigest()[:16]}"
    return "" if Message.objects.filter(external_id=other).exists() else other


def _is_same(known: Message, incoming: Incoming) -> bool:
    if known.direction != Message.Direction.IN:
        return _is_come_home(known, incoming)
    if known.author_address != incoming.sender.email[:_LONGEST_ADDRESS]:
        return False
    if known.full_text == incoming.text[:LONGEST_TEXT] and known.subject == incoming.subject[:300]:
        return True
    return incoming.sent_at is not None and known.raw is not None and _date_of(known.raw) == incoming.sent_at


def _is_come_home(ours: Message, incoming: Incoming) -> bool:
    """Our own words and hardly more, such as the foot of a list."""
    said, come = (_NO_LETTER.sub("", text).lower() for text in (ours.full_text, incoming.text))
    begins = _NO_LETTER.sub("", ours.text).lower()[:_TELLING]
    return ours.direction == Message.Direction.OUT and begins in come and len(come) <= len(said) + _LONGEST_FOOT


def _date_of(raw: RawMessage) -> object:
    before = parse(bytes_of(raw), trusted_hosts=settings.TRUSTED_MAIL_HOSTS) if raw.body or raw.file else None
    return before.sent_at if isinstance(before, Incoming) else None


def _remember_inbox(message: Message, inbox: Inbox) -> None:
    """The same letter came to another inbox of ours, too: the case shows where else it was sent."""
    also = message.people.get("also_to", [])
    if inbox.pk == message.conversation.inbox_id or inbox.address in also:
        return
    Message.objects.filter(pk=message.pk).update(people={**message.people, "also_to": [*also, inbox.address]})


# ── Whose it is ───────────────────────────────────────────────────────────────────────────
def _conversation_for(incoming: Incoming, inbox: Inbox) -> Conversation:
    """A new conversation; a sender whose signature fails is not joined with the customer they claim to be."""
    is_trusted = not incoming.verdicts.is_failing
    return Conversation.objects.create(
        inbox=inbox,
        customer=_customer_of(incoming, is_trusted=is_trusted),
        address=incoming.sender.email[:_LONGEST_ADDRESS],
        subject=incoming.subject[:300],
        is_sender_trusted=is_trusted,
    )


def _customer_of(incoming: Incoming, *, is_trusted: bool) -> Customer:
    sender, language = incoming.sender, language_of(incoming.own_text or incoming.subject)
    is_proven = incoming.verdicts.is_proven and not incoming.form_of
    known = ("email", sender.email) if sender.email else ("phone", incoming.visitor.phone if incoming.visitor else "")
    if is_trusted and known[1]:
        kind, value = known
        try:
            return identify(kind=kind, value=value, name=sender.name, language=language, is_verified=is_proven)
        except Refusal:  # root@localhost and the like: somebody, but nobody we could know again
            pass
    return Customer.objects.create(name=sender.name[:200], language=language)


def _is_from_customer(incoming: Incoming, conversation: Conversation) -> bool:
    """Whether the letter comes from an address of the customer whose conversation it is, with no failing signature."""
    if incoming.verdicts.is_failing:
        return False
    if incoming.sender.email == conversation.address:
        return True
    points = ContactPoint.objects.filter(customer_id=conversation.customer_id, kind="email")
    return points.filter(value=incoming.sender.email).exists()


def store(
    incoming: Incoming, conversation: Conversation, raw: RawMessage | None, *, external_id: str, is_verified: bool
) -> Message:
    written_at = plausible(incoming.sent_at)
    message = Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.IN,
        author_name=incoming.sender.name[:200],
        author_address=incoming.sender.email[:_LONGEST_ADDRESS],
        is_sender_verified=is_verified,
        automatic_because=incoming.automatic_because,
        silent_because=incoming.silent_because,
        external_id=external_id,
        in_reply_to=(incoming.in_reply_to or ("",))[0][:500],
        people=_named(incoming, is_verified=is_verified),
        verdicts=asdict(incoming.verdicts),
        subject=incoming.subject[:300],
        text=incoming.own_text[:LONGEST_TEXT],
        full_text=incoming.text[:LONGEST_TEXT],
        html=incoming.html,
        is_truncated=incoming.is_truncated,
        notices=list(incoming.notices),
        raw=raw,
        search=vector(incoming.subject, incoming.own_text, *(file.name for file in incoming.files)),
        search_version=VERSION,
        written_at=written_at,
        **({"at": written_at or raw.kept_at} if raw and raw.is_history else {}),
    )
    attach(message, incoming.files)
    return message


def _named(incoming: Incoming, *, is_verified: bool) -> dict[str, Any]:
    """Whom the letter names beside its sender, as ``Message.people`` has it."""
    people: dict[str, Any] = {
        "to": [asdict(person) for person in incoming.to],
        "cc": [asdict(person) for person in incoming.cc],
    }
    customer = forwarded_from(incoming.text, subject=incoming.subject) if is_colleague(incoming.sender.email) else None
    if customer is not None and customer.email != incoming.sender.email:
        people["forwarded_from"] = asdict(customer)
    if incoming.reply_to and is_verified:
        people["reply_to"] = incoming.reply_to[0].email
    if incoming.form_of:
        people["form"] = incoming.form_of
    return people
