"""Forgetting a person's words; that something was said, and when, stays."""

from django.db import transaction

from otklik.reach.models import Attachment, Conversation, Delivery, GateRefusal, Message, RawMessage


@transaction.atomic
def erase_conversations(*, customer_id: int) -> None:
    """Blank the texts, addresses, attachments and kept bytes of one customer's conversations. Safe to run twice."""
    messages = Message.objects.filter(conversation__customer_id=customer_id)
    raws = list(messages.exclude(raw=None).values_list("raw_id", flat=True))
    Attachment.objects.filter(message__in=messages).delete()
    Delivery.objects.filter(message__in=messages).update(name="", last_error="")
    for delivery_id in Delivery.objects.filter(message__in=messages).values_list("id", flat=True):
        Delivery.objects.filter(pk=delivery_id).update(address=f"erased-{delivery_id}")
    messages.update(
        author_name="", author_address="", people={}, subject="", text="", full_text="", html="", search=None, raw=None
    )
    RawMessage.objects.filter(pk__in=raws).update(
        body=None, file=None, state=RawMessage.State.DELETED, envelope_from="", envelope_to=[]
    )
    GateRefusal.objects.filter(customer_id=customer_id).update(address="erased")
    Conversation.objects.filter(customer_id=customer_id).update(address="", subject="")
