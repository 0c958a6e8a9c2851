"""Letters of whole conversations are taken back before they leave, and leave after all."""

from collections.abc import Collection, Sequence

from django.utils import timezone

from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.foundation.live.bell import wake_workers
from otklik.reach.actions.outbox import deliver_job
from otklik.reach.events import MessageCancelled, MessageQueued
from otklik.reach.models import Delivery, Message


@in_one
def stop_letters(*, conversation_ids: Collection[int], actor: Actor) -> list[int]:
    """Take back all that waits to leave in these conversations, whoever wrote it. Returns the ids of the recipients.

    A letter that a worker is handing over at this moment leaves.
    """
    waiting = Delivery.objects.select_for_update().filter(
        message__conversation_id__in=conversation_ids, state=Delivery.State.QUEUED
    )
    rows = list(waiting.order_by("id"))
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=Delivery.State.CANCELLED)
    for letter in _letters(rows):
        happened = MessageCancelled(message_id=letter.pk, conversation_id=letter.conversation_id)
        announce(happened, actor=actor)
    return [row.pk for row in rows]


@in_one
def let_letters_go(*, delivery_ids: Collection[int], actor: Actor) -> None:
    """What ``stop_letters`` took back waits to leave again, at its own time; safe to run twice."""
    stopped = Delivery.objects.select_for_update().filter(pk__in=delivery_ids, state=Delivery.State.CANCELLED)
    rows = list(stopped.order_by("id"))
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=Delivery.State.QUEUED)
    leaves_at = {row.message_id: row.next_at for row in rows}
    for letter in _letters(rows):
        at = leaves_at[letter.pk]
        is_later = at is not None and at > timezone.now()
        deliver_job.configure(schedule_at=at if is_later else None).defer(message_id=letter.pk)
        happened = MessageQueued(
            customer_id=letter.conversation.customer_id,
            message_id=letter.pk,
            conversation_id=letter.conversation_id,
            purpose=letter.purpose,
        )
        announce(happened, actor=actor)
    wake_workers()


def _letters(rows: Sequence[Delivery]) -> list[Message]:
    letters = Message.objects.filter(pk__in={row.message_id for row in rows}).select_related("conversation")
    return list(letters.only("purpose", "conversation__customer_id").order_by("id"))
