"""Which letters are known, where they came from and where they stay."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.gauges import gauge
from otklik.foundation.manifest import Person
from otklik.reach.models import Delivery, GateRefusal, Inbox, Message, RawMessage
from otklik.reach.threads import id_by_peer

_known = Compiled(lambda: Message.objects.filter(external_id=Given("id")).values_list("id"))
_said_with = Compiled(
    lambda: (
        Message.objects.filter(conversation_id=Given("conversation"), purpose=Given("purpose"))
        .order_by("id")
        .values_list("id")[:1]
    )
)


def is_known(external_id: str) -> bool:
    """Whether a message with this Message-ID (without brackets) is stored already."""
    return bool(_known(id=external_id))


def message_by_its_id(external_id: str, inbox: Inbox, peer: str) -> Message | None:
    """A message in the talks with a peer by what the other side calls it, or by the id that we gave to ours."""
    if not external_id or not peer:
        return None
    rows = Message.objects.filter(conversation__inbox=inbox, conversation__peer=peer)
    rows = rows.select_related("conversation__customer")
    named = rows.filter(external_id__in=[id_by_peer(inbox, external_id), external_id]).first()
    also = Q(deliveries__taken__contains=[external_id]) | Q(known_as__contains=[external_id])
    return named or rows.filter(also).order_by("-id").first()


def asked_last(inbox: Inbox, peer: str) -> Message | None:
    """The word of ours with buttons that this peer got last."""
    rows = Message.objects.filter(conversation__inbox=inbox, conversation__peer=peer, direction=Message.Direction.OUT)
    return rows.select_related("conversation").filter(sheet__has_key="question").order_by("-id").first()


def said_with(conversation_id: int, purpose: str) -> int | None:
    """The first message of a conversation with this purpose; None when there is none."""
    return next((number for (number,) in _said_with(conversation=conversation_id, purpose=purpose)), None)


def written_by(addresses: Iterable[str]) -> QuerySet[Message]:
    """What came from these addresses, in whosever conversation. Walks over all messages."""
    return Message.objects.alias(by=Lower("author_address")).filter(
        direction=Message.Direction.IN, by__in=[one.lower() for one in addresses if one]
    )


def is_history(message: Message) -> bool:
    """Whether it lay in a mailbox from before the day on which this house began to read it."""
    return RawMessage.objects.filter(pk=message.raw_id or 0, is_history=True).exists()


def letters_held_back() -> QuerySet[Message]:
    """Letters that wait to leave, the oldest first."""
    waiting = Delivery.objects.filter(message=OuterRef("pk"), state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])
    return Message.objects.filter(Exists(waiting)).order_by("id")


def undelivered_in(conversation_ids: list[int]) -> QuerySet[Delivery]:
    failed = [Delivery.State.FAILED, Delivery.State.BOUNCED]
    return Delivery.objects.filter(message__conversation_id__in=conversation_ids, state__in=failed).order_by("id")


@gauge("otklik_letters_waiting_to_leave", "Recipients whose letter is due and not yet handed over.")
def letters_waiting_to_leave() -> int:
    due = Q(next_at=None) | Q(next_at__lte=timezone.now())
    return Delivery.objects.filter(due, state__in=[Delivery.State.QUEUED, Delivery.State.SENDING]).count()


def refusals_of(person: Person) -> dict[str, Any]:
    """What was not sent to the person, as it is taken out with their data."""
    rows = GateRefusal.objects.filter(customer_id=person.customer_id).order_by("id")
    return {"not_sent": list(rows.values("address", "purpose", "step", "at"))}
