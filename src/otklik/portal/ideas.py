"""What is sent from the page of ideas: one matter of its sender, and a suggestion in their words; and its fate."""

from datetime import timedelta
from typing import Any

from otklik.cases.queries import case_by_link
from otklik.customers.models import Customer
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.http.limits import count_one
from otklik.foundation.in_use import is_in_use
from otklik.portal.actions import Matter, open_from_form
from otklik.reach.models import Message
from otklik.suggestions.actions import Said, suggest
from otklik.suggestions.labels import SOURCES, STATES
from otklik.suggestions.models import Word
from otklik.suggestions.queries import voices_of_customer

_MOST_VOICES, _WITHIN = 120, timedelta(hours=1)


def send_idea(*, matter: Matter, once: str, network: str, may_be_shown: bool) -> str:
    """The link to the case of an idea, whose owner answers by name; the same form sent twice is one of each.

    Raises what ``open_from_form`` and ``suggest`` raise.
    """
    link = open_from_form(matter=matter, uploads=[], once=once, network=network)
    case, conversation = case_by_link(link)
    message = (
        Message.objects.filter(conversation_id=conversation, direction=Message.Direction.IN).order_by("id").first()
    )
    said = Said(
        customer=case.customer,
        words=matter.text,
        source=Word.Source.PORTAL,
        case=case,
        message_id=message.pk if message else None,
        key=f"case:{case.pk}",
        may_be_shown=may_be_shown,
    )
    suggest(said=said, actor=Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id))
    return link


def count_voice(*, network: str) -> None:
    """One more press from this network. Raises ``TooOften``."""
    count_one("idea_voice", network, most=_MOST_VOICES, within=_WITHIN)


def fates_of(customer: Customer, *, most: int | None = None) -> list[dict[str, Any]]:
    """What became of each of theirs, the newest first; of one that was joined with another, what became of that."""
    if not is_in_use("suggestions"):
        return []
    rows = []
    for voice in voices_of_customer(customer.pk)[:most]:
        row = voice.suggestion.duplicate_of or voice.suggestion
        source = SOURCES.get(voice.source or "")
        rows.append({"voice": voice, "suggestion": row, "state": STATES[row.state], "source": source})
    return rows
