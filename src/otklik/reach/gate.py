"""The one gate: every outgoing word passes here, and each refusal says its step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

from django.utils import timezone

from otklik.customers.queries import bounce_of, is_closed
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.in_use import is_purpose_off
from otklik.foundation.manifest import Purpose
from otklik.foundation.modules import automatic_purposes, purposes
from otklik.foundation.policies import policy
from otklik.reach.foreign import is_closed_by_law
from otklik.reach.models import Conversation, Delivery, Message
from otklik.reach.queries import inbox_by_id

_REMEMBERED: Final = timedelta(days=30)
_MOST_TOLD: Final = 200
_HOURS_A_DAY: Final = 4
"""So many full shares of an hour are the share of a day."""
_TELLING: Final = 80
"""Letters of a subject; the end of a longer one may be lost on its way."""


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
    is_silence_asked: bool = False,
    bounces: Mapping[str, str] = MappingProxyType({}),
) -> Verdict:
    """May this word go to this address now? Steps in the order of the design; the first refusal counts.

    Raises ``KeyError`` for a purpose that no app brings.
    ``bounces``: of addresses read already, what ``bounce_of`` says of them.
    """
    kind, is_answer = purposes()[purpose], purpose == Message.Purpose.ANSWER
    told = cache(lambda: _lately_told(address))
    door = inbox_by_id(conversation.inbox_id) if conversation.peer else None
    steps: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("module_off", lambda: is_purpose_off(purpose)),
        ("no_address", lambda: not address),
        ("foreign_messenger", lambda: door is not None and is_closed_by_law(door)),
        ("one_way", lambda: door is not None and not door.settings.get("base_url")),
        ("blocked", lambda: door is not None and is_closed(door.people, address)),
        ("hard_bounce", lambda: door is None and _bounce(address, bounces) == "hard"),
        ("automatic_sender", lambda: is_to_a_machine and not is_answer),
        ("silence_asked", lambda: is_silence_asked and not is_answer),
        ("complaint", lambda: _is_of_ours(kind) and _has_complained(conversation)),
        ("sender_not_verified", lambda: not conversation.is_sender_trusted and not is_answer),
        ("acknowledgement_cap", lambda: kind.is_capped and _has_had_its_share(purpose, told())),
        ("echo", lambda: kind.is_capped and _is_echo(conversation.subject, told())),
    )
    return Verdict(step=next((name for name, stops in steps if stops()), ""))


def _bounce(address: str, bounces: Mapping[str, str]) -> str:
    return bounces[address] if address in bounces else bounce_of(address)


def _is_of_ours(kind: Purpose) -> bool:
    """Nobody wrote it and nobody asked for it."""
    return kind.is_automatic and not kind.is_asked_for


def _has_complained(conversation: Conversation) -> bool:
    """Who pressed "spam" on a letter of ours gets only what a person writes, and what they ask for themselves."""
    return conversation.messages.filter(automatic_because="complaint").exists()


_sent = Compiled(
    lambda: (
        Delivery.objects.filter(
            address=Given("address"),
            message__purpose__in=automatic_purposes(),
            message__at__gte=Given("since"),
        )
        .exclude(state=Delivery.State.CANCELLED)
        .order_by("-message__at")
        .values_list("message__at", "message__subject", "message__purpose")[:_MOST_TOLD]
    )
)


type _Told = Sequence[tuple[datetime, str, str]]


def _lately_told(address: str) -> _Told:
    """What we wrote to this address by ourselves: when, under which subject and for what, the latest first."""
    found: _Told = _sent(address=address, since=timezone.now() - _REMEMBERED)
    return found


def _has_had_its_share(purpose: str, told: _Told) -> bool:
    """Of letters like this, within the hour or the day: machines that answer each other come to rest."""
    now, most = timezone.now(), int(policy("reach.acknowledgements_per_hour"))
    ages = [now - at for at, _subject, what in told if what == purpose]
    within_hour, within_day = (sum(age <= timedelta(hours=hours) for age in ages) for hours in (1, 24))
    return within_hour >= most or within_day >= most * _HOURS_A_DAY


def _is_echo(subject: str, told: _Told) -> bool:
    """A new matter under the subject of an automatic letter of ours came of it: nobody is told the same twice.

    Ticket systems and forwarding mailboxes answer so, without a word that they are machines.
    """
    said = subject.lower()
    return any(before and before[:_TELLING].lower() in said for _at, before, _what in told)
