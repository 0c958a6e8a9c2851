"""The conversations of a case, and which of them is answered."""

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CaseConversation
from otklik.cases.queries.links import where_it_went
from otklik.customers.models import Customer
from otklik.foundation.compiled import Compiled, Given
from otklik.foundation.errors import Refusal
from otklik.reach.models import Conversation, Message
from otklik.reach.queries import inbox_by_id
from otklik.team.queries import agent_by_id


def conversation_ids(case: Case) -> list[int]:
    return list(CaseConversation.objects.filter(case=case).order_by("id").values_list("conversation_id", flat=True))


def case_of_conversation(conversation_id: int) -> Case | None:
    link = CaseConversation.objects.select_related("case").filter(conversation_id=conversation_id).first()
    return link.case if link else None


_OPENED = """
    SELECT "case".first_answer_by, "case".owner_id, "case".deputy_id, customer.id, customer.name, customer.language,
        conversation.customer_id, conversation.inbox_id, conversation.address, conversation.subject,
        conversation.is_sender_trusted
    FROM cases_case "case"
    JOIN customers_customer customer ON customer.id = "case".customer_id
    JOIN reach_conversation conversation ON conversation.id = %s
    WHERE "case".id = %s
"""


def opened(case_id: int, conversation_id: int) -> tuple[Case, Conversation]:
    """A case just opened and its conversation, in one statement: only what the first letter says of them."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, [conversation_id, case_id])
        promised, owner_id, deputy_id, customer_id, name, language, *rest = cursor.fetchone()
    customer = Customer(pk=customer_id, name=name, language=language)
    case = Case(pk=case_id, customer=customer, first_answer_by=promised, owner=agent_by_id(owner_id))
    case.deputy = agent_by_id(deputy_id) if deputy_id else None
    names = ("customer_id", "inbox_id", "address", "subject", "is_sender_trusted")
    conversation = Conversation(pk=conversation_id, **dict(zip(names, rest, strict=True)))
    return case, with_what_is_known(conversation, case)


def first_words_without_a_case() -> list[Message]:
    """The first message from outside of each conversation that has no case yet, oldest first."""
    first = (
        Message.objects.filter(conversation__thread=None, direction=Message.Direction.IN)
        .exclude(automatic_because="bounce")
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
        text = _("This case was merged with case %(number)d. Go on there.")
        raise Refusal("merged_already", text % {"number": where_it_went(case)})
    return with_what_is_known(last, case)


def with_what_is_known(conversation: Conversation, case: Case) -> Conversation:
    """Its inbox and customer without another question to the database."""
    conversation.inbox = inbox_by_id(conversation.inbox_id)
    if conversation.customer_id == case.customer_id:
        conversation.customer = case.customer
    return conversation
