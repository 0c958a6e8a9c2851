"""Forgetting a person's words; that something was said, and when, stays."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from otklik.foundation.files.keeping import forget_files
from otklik.reach.adapters.email.glimpse import glimpse
from otklik.reach.adapters.outbox_folder import forget_letters
from otklik.reach.models import Attachment, Conversation, Delivery, GateRefusal, Message, RawMessage
from otklik.reach.queries import head_of, written_by


@transaction.atomic
def erase_conversations(*, customer_id: int) -> None:
    """Blank the texts, addresses, attachments and kept bytes of one customer's conversations. Safe to run twice."""
    _blank(Message.objects.filter(conversation__customer_id=customer_id))
    GateRefusal.objects.filter(customer_id=customer_id).update(address="erased")
    Conversation.objects.filter(customer_id=customer_id).update(address="", subject="", peer="")


def _blank(messages: QuerySet[Message]) -> None:
    raws = list(messages.exclude(raw=None).values_list("raw_id", flat=True))
    attached = Attachment.objects.filter(message__in=messages)
    files = [*attached.values_list("file_id", flat=True), *_files_of(raws)]
    attached.delete()
    Delivery.objects.filter(message__in=messages).update(name="", last_error="", taken=[])
    for delivery_id in Delivery.objects.filter(message__in=messages).values_list("id", flat=True):
        Delivery.objects.filter(pk=delivery_id).update(address=f"erased-{delivery_id}")
    messages.update(
        author_name="", author_address="", people={}, verdicts={}, subject="", text="", full_text="", html="",
        sheet={}, earlier=[], reactions=[], coming=[], lost=[], besides=[], known_as=[],
        in_reply_to="", search=None, raw=None, external_id=Concat(Value("erased-"), Cast("id", TextField())),
    )  # fmt: skip
    _forget_raws(raws)
    forget_files(files)


@transaction.atomic
def erase_words_of(*, addresses: Iterable[str]) -> list[int]:
    """Blank what these addresses wrote into conversations of other people. Returns the ids of the messages."""
    ids = list(written_by(addresses).values_list("id", flat=True))
    _blank(Message.objects.filter(pk__in=ids))
    return ids


def _files_of(raws: Iterable[int]) -> list[int]:
    return list(RawMessage.objects.filter(pk__in=raws).exclude(file=None).values_list("file_id", flat=True))


def _forget_raws(raws: Iterable[int]) -> None:
    """The bytes go, their hash stays, so that the same letter is not taken in again."""
    RawMessage.objects.filter(pk__in=raws).update(
        body=None, file=None, state=RawMessage.State.DELETED, envelope_from="", envelope_to=[], held_detail="",
        deleted_at=None,
    )  # fmt: skip


@transaction.atomic
def erase_addresses(*, addresses: Iterable[str]) -> None:
    """Blank what is known only by an address: held and doubled letters, copies to it, mentions among recipients.

    Letters that wait as files for want of a mail server go after commit. Walks over all messages, so it takes seconds
    in a large house; it is rare.
    """
    addresses = [address for address in addresses if address]
    transaction.on_commit(partial(forget_letters, Path(settings.DATA_DIR) / "outbox", addresses))
    for address in addresses:
        raws = set(RawMessage.objects.filter(envelope_from__iexact=address).values_list("id", flat=True))
        apart = Q(state__in=[RawMessage.State.HELD, RawMessage.State.DOUBLE]) | Q(deleted_at__isnull=False)
        kept = RawMessage.objects.filter(apart).select_related("file")
        raws |= {raw.pk for raw in kept.iterator(100) if address in glimpse(head_of(raw)).sender.lower()}
        files = _files_of(raws)
        Message.objects.filter(raw_id__in=raws).update(raw=None)
        _forget_raws(raws)
        forget_files(files)
        GateRefusal.objects.filter(address__iexact=address).update(address="erased")
        for delivery_id in Delivery.objects.filter(address__iexact=address).values_list("id", flat=True):
            Delivery.objects.filter(pk=delivery_id).update(address=f"erased-{delivery_id}", name="", last_error="")
        Message.objects.filter(author_address__iexact=address).update(author_name="", author_address="")
        Conversation.objects.filter(address__iexact=address).update(address="")
        _forget_among_recipients(address)


def _forget_among_recipients(address: str) -> None:
    named = [{role: [{"email": address}]} for role in ("to", "cc")]
    condition = Q(people__reply_to=address)
    for one in named:
        condition |= Q(people__contains=one)
    for message in Message.objects.filter(condition).only("people"):
        people = {
            role: [person for person in message.people.get(role, ()) if person["email"] != address]
            for role in ("to", "cc")
        }
        kept = message.people.get("reply_to", "")
        Message.objects.filter(pk=message.pk).update(
            people=people | ({"reply_to": kept} if kept not in {"", address} else {})
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reach_rawmessage SET envelope_to = envelope_to - %s::text WHERE envelope_to ? %s",
            [address, address],
        )


@transaction.atomic
def move_conversations(*, from_customer_id: int, to_customer_id: int) -> None:
    """Two customers were one person."""
    Conversation.objects.filter(customer_id=from_customer_id).update(customer_id=to_customer_id)
    GateRefusal.objects.filter(customer_id=from_customer_id).update(customer_id=to_customer_id)
