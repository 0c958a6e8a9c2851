"""The one gate: every outgoing word passes here, and each refusal says its step."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from otklik.customers.queries import bounce_of
from otklik.foundation.policies import policy
from otklik.reach.models import Conversation, Delivery, Message

ADVERTISING: frozenset[str] = frozenset()
"""Purposes that need consent; an answer in a case that the customer opened never does."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``step`` is '' when the word may go, else the step that stopped it."""

    step: str = ""

    @property
    def may_go(self) -> bool:
        return not self.step


def ask(*, conversation: Conversation, address: str, purpose: str, is_to_a_machine: bool = False) -> Verdict:
    """May this word go to this address now? Steps in the order of the design; the first refusal counts."""
    if not address:
        return Verdict(step="no_address")
    if bounce_of(address) == "hard":
        return Verdict(step="hard_bounce")
    if purpose == Message.Purpose.ANSWER:
        return Verdict()
    if is_to_a_machine:
        return Verdict(step="automatic_sender")
    if not conversation.is_sender_trusted:
        return Verdict(step="sender_not_verified")
    if purpose == Message.Purpose.ACKNOWLEDGEMENT and _acknowledged_lately(address):
        return Verdict(step="acknowledgement_cap")
    return Verdict()


def _acknowledged_lately(address: str) -> bool:
    since = timezone.now() - timedelta(hours=1)
    sent = Delivery.objects.filter(
        address=address, message__purpose=Message.Purpose.ACKNOWLEDGEMENT, message__at__gte=since
    ).exclude(state=Delivery.State.CANCELLED)
    return sent[: policy("reach.acknowledgements_per_hour")].count() >= policy("reach.acknowledgements_per_hour")
