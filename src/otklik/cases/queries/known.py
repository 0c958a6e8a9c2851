"""What a customer has told already, in any of their cases that somebody sees."""

from django.db.models.functions import Coalesce, Left

from otklik.cases.known import Known, asked_again, asked_in, facts_in
from otklik.cases.models import Case
from otklik.cases.queries.lists import SPAM
from otklik.cases.queries.sight import visible_to
from otklik.foundation.actors import Actor
from otklik.reach.models import Message

_LETTERS, _BEGINNING = 200, 6000


def known_facts(case: Case, *, actor: Actor) -> list[Known]:
    """From their own words in the last two hundred letters, the latest telling first; what was told twice, once.

    Nothing of machines, of senders whose signature fails and of cases out of sight.
    """
    cases = visible_to(actor).filter(~SPAM, customer_id=case.customer_id)
    rows = Message.objects.filter(
        conversation__thread__case__in=cases.values("id"),
        direction=Message.Direction.IN,
        automatic_because="",
        is_sender_verified=True,
    ).order_by("-id")
    words = rows.values_list(
        "id", Left("text", _BEGINNING), "author_name", Coalesce("written_at", "at"), "conversation__thread__case_id"
    )[:_LETTERS]
    found: dict[tuple[str, str], Known] = {}
    for message_id, text, author, at, number in words:
        for fact in facts_in(text):
            known = Known(
                kind=fact.kind, value=fact.value, case_number=number, message_id=message_id, author=author, at=at
            )
            found.setdefault((fact.kind, fact.value), known)
    return list(found.values())


def told_already(case: Case, *, actor: Actor, text: str) -> list[Known]:
    """What this answer asks for although the customer has told it; nothing is looked up for one that asks nothing."""
    if not asked_in(text):
        return []
    return asked_again(text, known_facts(case, actor=actor), case_number=case.pk)
