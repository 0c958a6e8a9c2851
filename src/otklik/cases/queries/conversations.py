"""The conversations of a case, and which of them is answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CaseConversation
from otklik.cases.queries.links import where_it_went
from otklik.customers.queries import by_address
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.errors import Refusal
from otklik.reach.adapters.incoming import Address
from otklik.reach.models import Conversation, Message
from otklik.reach.queries import inbox_by_id
from otklik.team.queries import agent_by_id


def conversation_ids(case: Case) -> list[int]:
    return list(CaseConversation.objects.filter(case=case).order_by("id").values_list("conversation_id", flat=True))


def said_last_in(case: Case) -> int:
    """The number of the last message of a case; 0 when nothing was said."""
    said = Message.objects.filter(conversation__thread__case=case).order_by("-id")
    return said.values_list("id", flat=True).first() or 0


_of_conversation = Compiled(lambda: Case.objects.defer("search").filter(threads__conversation_id=Given("conversation")))


def case_of_conversation(conversation_id: int) -> Case | None:
    return next(iter(_of_conversation(conversation=conversation_id)), None)


def _opened_threads() -> QuerySet[CaseConversation]:
    first = Message.objects.filter(conversation=OuterRef("conversation"), direction=Message.Direction.IN).order_by("id")
    return (
        CaseConversation.objects.select_related("case__customer", "conversation")
        .defer("case__search")
        .annotate(
            heard=Subquery(first.values_list(Left("text", 4000))[:1]),
            heard_at=Subquery(first.values_list(Coalesce("written_at", "at"))[:1]),
        )
    )


_opened = Compiled(lambda: _opened_threads().filter(case_id=Given("case"), conversation_id=Given("conversation")))


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The beginning of what the customer said first, and when."""

    text: str
    at: datetime


def opened(case_id: int, conversation_id: int) -> tuple[Case, Conversation, Heard | None]:
    """A case just opened, its conversation and its first word, in one statement."""
    thread: Any = _opened(case=case_id, conversation=conversation_id)[0]
    case, conversation = thread.case, with_what_is_known(thread.conversation, thread.case)
    case.owner = agent_by_id(case.owner_id)
    case.deputy = agent_by_id(case.deputy_id) if case.deputy_id else None
    is_told = thread.heard and conversation.is_sender_trusted
    return case, conversation, Heard(text=thread.heard, at=thread.heard_at) if is_told else None


def first_words_without_a_case() -> list[Message]:
    """The first message from outside of each conversation that has no case yet, oldest first."""
    first = (
        Message.objects.filter(conversation__thread=None, direction=Message.Direction.IN)
        .exclude(automatic_because__in=["bounce", "complaint"])
        .order_by("conversation_id", "id")
        .distinct("conversation_id")
        .values("pk")
    )
    rows = Message.objects.filter(pk__in=first).select_related("conversation__inbox__team", "conversation__customer")
    return list(rows.order_by("id"))


def _conversations_by_word() -> QuerySet[Conversation]:
    spoken = Message.objects.filter(conversation=OuterRef("pk"), direction=Message.Direction.IN).order_by("-id")
    rows = Conversation.objects.filter(thread__case_id=Given("case"))
    return rows.order_by(Subquery(spoken.values("id")[:1]).desc(nulls_last=True), "thread__id")


_spoken_last = Compiled(lambda: _conversations_by_word()[:1])


def conversation_to_answer(case: Case) -> Conversation:
    """Where the customer spoke last. Raises ``Refusal('merged_already')`` when it went to another case."""
    last = next(iter(_spoken_last(case=case.pk)), None)
    if last is None:
        raise _merged(case)
    return with_what_is_known(last, case)


def check_goes_on(case: Case) -> None:
    """Raises ``Refusal('merged_already')`` for a case that goes on in another one."""
    if "merged_into" in case.custom:
        raise _merged(case)


def _merged(case: Case) -> Refusal:
    text = _("This case was merged with case %(number)d. Go on there.")
    return Refusal("merged_already", text % {"number": where_it_went(case)})


def with_what_is_known(conversation: Conversation, case: Case) -> Conversation:
    """Its inbox and customer without another question to the database."""
    conversation.inbox = inbox_by_id(conversation.inbox_id)
    if conversation.customer_id == case.customer_id:
        conversation.customer = case.customer
    return conversation


def passed_on(case: Case) -> Address | None:
    """Whose letter a colleague passed on to us; None when nobody did, or it is that person's case already."""
    first = Message.objects.filter(conversation__thread__case=case, direction=Message.Direction.IN).order_by("id")
    found = offered_in(first.only("people")[:1])
    return None if found is None or by_address("email", found.email) == case.customer else found


def offered_in(said: Iterable[Message]) -> Address | None:
    """The same, read from the first word from outside, as long as the case was not given away."""
    first = next((one for one in said if one.direction == Message.Direction.IN), None)
    offered = first.people.get("forwarded_from") if first and "is_formers" not in first.people else None
    return Address(**offered) if offered else None
