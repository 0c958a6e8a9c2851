"""Who is still to be told that their suggestion is done, and by which way each is reached."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from otklik.cases import models as asked
from otklik.cases.queries import case_of_conversation
from otklik.customers.models import ContactPoint
from otklik.foundation.actors import Actor
from otklik.reach.models import Conversation, Inbox
from otklik.suggestions.models import Suggestion, Telling, Voice, Word
from otklik.team.models import Agent

AT_HAND, MAIL, NOBODY = "colleague", "email", "no_way"


def untold(row: Suggestion) -> QuerySet[Voice]:
    """People who asked and whom no telling has claimed yet."""
    known = Q(customer__isnull=False, customer__erased_at=None) | Q(agent__isnull=False, agent__is_active=True)
    return Voice.objects.filter(known, suggestion=row, telling=None)


def unreached(row: Suggestion) -> QuerySet[Voice]:
    """Who was to be told and could not be written to: somebody calls them."""
    rows = Voice.objects.filter(suggestion=row, customer__isnull=False, told_at=None).exclude(not_told="")
    return rows.select_related("customer").order_by("id")


def told_so_far(row: Suggestion) -> Mapping[str, int]:
    """How many were told, and what they said of it."""
    rows = Voice.objects.filter(suggestion=row)
    return {
        "told": rows.filter(told_at__isnull=False).count(),
        "helped": rows.filter(helped=True).count(),
        "not_helped": rows.filter(helped=False).count(),
    }


def with_ways(rows: QuerySet[Voice]) -> QuerySet[Any]:
    """Each with ``conversation``: the one in which they asked, else that in which they last spoke with us; and
    ``has_mail`` for whoever has none."""
    cases = Word.objects.filter(voice=OuterRef(OuterRef("pk")), case__isnull=False).values("case_id")
    theirs = Conversation.objects.filter(customer=OuterRef("customer_id"), thread__isnull=False)
    theirs = theirs.exclude(address="", peer="").annotate(is_asked=_is_in(cases)).order_by("-is_asked", "-id")
    mail = ContactPoint.objects.filter(customer=OuterRef("customer_id"), kind=ContactPoint.Kind.EMAIL)
    mail = mail.exclude(bounce=ContactPoint.Bounce.HARD)
    return rows.annotate(conversation=Subquery(theirs.values("pk")[:1]), has_mail=Exists(mail))


def _is_in(cases: QuerySet[Word, Any]) -> Case:
    return Case(When(thread__case__in=cases, then=Value(True)), default=Value(False), output_field=BooleanField())  # noqa: FBT003


def way_to(voice: Voice) -> tuple[Conversation | None, asked.Case | None]:
    """The conversation that their letter goes into and its case; (None, None) where there is none yet."""
    found = with_ways(Voice.objects.filter(pk=voice.pk)).values_list("conversation", flat=True)[0]
    if found is None:
        return None, None
    conversation = Conversation.objects.select_related("inbox", "customer").get(pk=found)
    return conversation, case_of_conversation(conversation.pk)


def author_for(voice: Voice, *, case: asked.Case | None, presser: Agent | None) -> Agent | None:
    """Who accompanied them, else who sees to the suggestion, else who pressed; None when none of them is here."""
    people = (case.owner if case else None, voice.suggestion.owner, presser)
    return next((one for one in people if one is not None and one.is_active), None)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many would be told by a press now, and by which ways (kinds of inboxes, ``AT_HAND``, ``NOBODY``)."""

    people: int
    ways: Mapping[str, int]

    @property
    def reached(self) -> int:
        return self.people - self.ways.get(NOBODY, 0)


def plan_of(row: Suggestion) -> Plan:
    """Three statements, however many people. What the gate will say of each letter it says when they leave."""
    rows = list(with_ways(untold(row)).values_list("agent_id", "conversation", "has_mail"))
    by = {conversation for _agent, conversation, _mail in rows if conversation}
    kinds = dict(Conversation.objects.filter(pk__in=by).values_list("pk", "inbox__kind"))
    has_inbox = Inbox.objects.filter(kind=Inbox.Kind.EMAIL, is_active=True).exists()
    counted = Counter(
        _way(agent, kinds.get(conversation), has_mail=mail and has_inbox) for agent, conversation, mail in rows
    )
    return Plan(people=len(rows), ways=dict(counted))


def _way(agent: int | None, kind: str | None, *, has_mail: bool) -> str:
    if agent is not None:
        return AT_HAND
    if kind is not None:
        return MAIL if kind in {Inbox.Kind.EMAIL, "form", "api"} else kind
    return MAIL if has_mail else NOBODY


def first_untold(row: Suggestion, actor: Actor) -> Voice | None:
    """Whose letter is shown before the press: somebody in sight, as far as possible with words of their own."""
    rows = untold(row).filter(customer__isnull=False).select_related("customer", "suggestion")
    rows = rows.annotate(spoke=Exists(Word.objects.filter(voice=OuterRef("pk")).exclude(text="")))
    return rows.order_by("-spoke", "id").first() if actor.sees_all else None


def last_telling(row: Suggestion) -> Telling | None:
    return Telling.objects.filter(suggestion=row).select_related("agent").order_by("-id").first()
