"""Delivery reports: which of our letters did not arrive, and whose fault it is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils import timezone

from otklik.customers.actions import record_bounce
from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.announcing import announce
from otklik.reach.actions.keeping import hold, settle
from otklik.reach.actions.outbox import announce_undelivered
from otklik.reach.adapters.email.faults import OURS
from otklik.reach.adapters.incoming import Bounce, BouncedRecipient
from otklik.reach.events import CustomerComplained
from otklik.reach.models import Conversation, Delivery, Message, RawMessage
from otklik.team.actions import note_bounced_invitation

_REPORTS_COME_WITHIN: Final = timedelta(days=7)


def take_report(bounce: Bounce, raw: RawMessage | None) -> Conversation | None:
    """Mark what a report says; returns the conversation it belongs to.

    None when the letter was not ours (the report is held), or invited a colleague (the team notes what became of it).

    A report that names our Message-ID marks the address, too. One that only names a recipient could be made up by
    anybody: it marks the last letter to that recipient as undelivered, so that its owner looks, but not the address.
    """
    if _is_of_an_invitation(bounce):
        settle(raw, RawMessage.State.RECEIVED)
        return None
    named = _letter(bounce.message_ids)
    ours = named or _last_letter_to([recipient.email for recipient in bounce.recipients if recipient.is_over])
    if ours is None:
        if raw is not None:
            hold(raw, "bounce_of_unknown_letter")
        return None
    settle(raw, RawMessage.State.RECEIVED)
    if bounce.is_complaint:
        _tell_complaint(ours)
    else:
        _mark(bounce, ours, is_certain=named is not None)
    return ours.conversation


def _mark(bounce: Bounce, ours: Message, *, is_certain: bool) -> None:
    for recipient in bounce.recipients:
        row = _delivery(ours, recipient.email)
        if is_certain and row is not None and recipient.fault not in OURS:
            record_bounce(email=row.address, is_hard=recipient.is_hard)
        if recipient.is_over and row is not None:
            _mark_bounced(ours, row, recipient)


def _is_of_an_invitation(bounce: Bounce) -> bool:
    if bounce.is_complaint or not any(recipient.is_over for recipient in bounce.recipients):
        return False
    return note_bounced_invitation(message_ids=bounce.message_ids)


def _letter(external_ids: Sequence[str]) -> Message | None:
    """The first of these that is a letter of ours."""
    if not external_ids:
        return None
    letters = Message.objects.filter(external_id__in=external_ids, direction=Message.Direction.OUT)
    found = {letter.external_id: letter for letter in letters.select_related("conversation")}
    return next((found[one] for one in external_ids if one in found), None)


def _last_letter_to(addresses: list[str]) -> Message | None:
    since = timezone.now() - _REPORTS_COME_WITHIN
    sent = Delivery.objects.filter(address__in=addresses, state=Delivery.State.SENT, sent_at__gte=since)
    last = sent.select_related("message__conversation").order_by("-sent_at").first()
    return last.message if last else None


def _delivery(message: Message, address: str) -> Delivery | None:
    """The delivery that the report is about: by address, or the only one (an alias answers by its real address)."""
    rows = list(Delivery.objects.filter(message=message).order_by("id"))
    named = [row for row in rows if row.address == address]
    return (named or rows)[0] if named or len(rows) == 1 else None


def _mark_bounced(message: Message, row: Delivery, recipient: BouncedRecipient) -> None:
    sent = [Delivery.State.SENT, Delivery.State.SENDING, Delivery.State.DELIVERED]
    why = (recipient.text or recipient.status)[:500]
    if Delivery.objects.filter(pk=row.pk, state__in=sent).update(
        state=Delivery.State.BOUNCED, bounced_at=timezone.now(), last_error=why
    ):
        announce_undelivered(message, row.pk, fault=recipient.fault)


def _tell_complaint(message: Message) -> None:
    happened = CustomerComplained(
        customer_id=message.conversation.customer_id, message_id=message.pk, conversation_id=message.conversation_id
    )
    announce(happened, actor=SYSTEM)
