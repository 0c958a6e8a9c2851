"""Delivery reports: which of our letters did not arrive, and whose address is to blame."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from otklik.customers.actions import record_bounce
from otklik.foundation.actors import SYSTEM
from otklik.foundation.events import announce
from otklik.reach.actions.keeping import hold, settle
from otklik.reach.adapters.incoming import Bounce
from otklik.reach.events import MessageUndelivered
from otklik.reach.models import Conversation, Delivery, Message, RawMessage

_REPORTS_COME_WITHIN: Final = timedelta(days=7)


def take_report(bounce: Bounce, raw: RawMessage | None) -> Conversation | None:
    """Mark what a report says; returns the conversation it belongs to, None when the letter was not ours (it is held).

    A report that names our Message-ID marks the address, too. One that only names a recipient could be made up by
    anybody: it marks the last letter to that recipient as undelivered, so that its owner looks, but not the address.
    """
    ours = _letter(bounce.original_message_id)
    is_certain = ours is not None
    ours = ours or _last_letter_to([recipient.email for recipient in bounce.recipients if recipient.is_hard])
    if ours is None:
        if raw is not None:
            hold(raw, "bounce_of_unknown_letter")
        return None
    settle(raw, RawMessage.State.RECEIVED)
    for recipient in bounce.recipients:
        if is_certain and _was_sent_to(ours, recipient.email):
            record_bounce(email=recipient.email, is_hard=recipient.is_hard)
        if recipient.is_hard:
            _mark_bounced(ours, recipient.email, recipient.text or recipient.status)
    return ours.conversation


def _letter(external_id: str) -> Message | None:
    if not external_id:
        return None
    letters = Message.objects.filter(external_id=external_id, direction=Message.Direction.OUT)
    return letters.select_related("conversation").first()


def _last_letter_to(addresses: list[str]) -> Message | None:
    since = timezone.now() - _REPORTS_COME_WITHIN
    sent = Delivery.objects.filter(address__in=addresses, state=Delivery.State.SENT, sent_at__gte=since)
    last = sent.select_related("message__conversation").order_by("-sent_at").first()
    return last.message if last else None


def _was_sent_to(message: Message, address: str) -> bool:
    return Delivery.objects.filter(message=message, address=address).exists()


def _mark_bounced(message: Message, address: str, why: str) -> None:
    """The delivery that the report is about: by address, or the only one (an alias answers by its real address)."""
    rows = list(Delivery.objects.filter(message=message).order_by("id"))
    named = [row for row in rows if row.address == address]
    row = (named or rows)[0] if named or len(rows) == 1 else None
    sent = [Delivery.State.SENT, Delivery.State.SENDING, Delivery.State.DELIVERED]
    if row is None or not Delivery.objects.filter(pk=row.pk, state__in=sent).update(
        state=Delivery.State.BOUNCED, bounced_at=timezone.now(), last_error=why[:500]
    ):
        return
    happened = MessageUndelivered(
        customer_id=message.conversation.customer_id,
        message_id=message.pk,
        conversation_id=message.conversation_id,
        delivery_id=row.pk,
    )
    announce(happened, actor=SYSTEM)
