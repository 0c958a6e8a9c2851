"""The one gate: every outgoing word passes here, and each refusal says its step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.utils import timezone

from otklik.customers.queries import bounce_of
from otklik.foundation.compiled import Compiled, Given
from otklik.foundation.policies import policy
from otklik.reach.models import Conversation, Delivery, Message


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``step`` is '' when the word may go, else the step that stopped it."""

    step: str = ""

    @property
    def may_go(self) -> bool:
        return not self.step


def ask(
    *,
    conversation: Conversation,
    address: str,
    purpose: str,
    is_to_a_machine: bool = False,
    bounces: Mapping[str, str] = MappingProxyType({}),
) -> Verdict:
    """May this word go to this address now? Steps in the order of the design; the first refusal counts.

    ``bounces``: of addresses read already, what ``bounce_of`` says of them.
    """
    is_answer = purpose == Message.Purpose.ANSWER
    steps: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("no_address", lambda: not address),
        ("hard_bounce", lambda: (bounces[address] if address in bounces else bounce_of(address)) == "hard"),
        ("automatic_sender", lambda: is_to_a_machine and not is_answer),
        ("sender_not_verified", lambda: not conversation.is_sender_trusted and not is_answer),
        (
            "acknowledgement_cap",
            lambda: purpose == Message.Purpose.ACKNOWLEDGEMENT and _acknowledged_lately(address),
        ),
    )
    return Verdict(step=next((name for name, stops in steps if stops()), ""))


_acknowledged = Compiled(
    lambda: (
        Delivery.objects.filter(
            address=Given("address"),
            message__purpose=Message.Purpose.ACKNOWLEDGEMENT,
            message__at__gte=Given("since"),
        )
        .exclude(state=Delivery.State.CANCELLED)
        .values_list("id")
    )
)


def _acknowledged_lately(address: str) -> bool:
    """Whether this address has had its share; no more than that is ever found, for here it ends."""
    sent = _acknowledged(address=address, since=timezone.now() - timedelta(hours=1))
    return len(sent) >= int(policy("reach.acknowledgements_per_hour"))
