"""Who may see which case, the lists of the desk, and everything known about one case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Count,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.cases.models import (
    Alert,
    Case,
    CaseConversation,
    CustomersWord,
    CustomField,
    Draft,
    DraftFile,
    Macro,
    Presence,
)
from otklik.customers.models import ContactPoint, Customer
from otklik.customers.queries import points_at_hand
from otklik.foundation.actors import Actor, ActorKind, Sight, require
from otklik.foundation.compiled import Compiled, Given, GivenIds
from otklik.foundation.errors import Refusal
from otklik.foundation.figures import figure
from otklik.foundation.models import Event
from otklik.foundation.remembering import remembered
from otklik.foundation.signing import seal, unseal
from otklik.reach.models import Conversation, Delivery, Message
from otklik.reach.queries import Letter, Recipients, inbox_by_id, letters_of, recipients_of_answer
from otklik.team.models import Team
from otklik.team.queries import agent_by_id, team_by_id

AT_RISK = timedelta(minutes=60)
"""A promise with less than this left is at risk."""

_FILES = Prefetch("files", DraftFile.objects.select_related("file").order_by("id"))
LOOKING = timedelta(seconds=45)
LINK_LIVES = timedelta(days=365)


@figure("otklik_open_cases", "Cases that somebody works on.")
def open_cases() -> int:
    return Case.objects.filter(state=Case.State.OPEN).count()


@figure("otklik_solved_cases", "Cases that wait for the customer's word.")
def solved_cases() -> int:
    return Case.objects.filter(state=Case.State.SOLVED).count()


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases an actor may see: own, of their teams, all; a customer sees their own."""
    cases = Case.objects.all()
    if actor.sees_all:
        return cases
    if actor.pk is None:
        return cases.none()
    if actor.is_customer:
        return cases.filter(customer_id=actor.pk)
    mine = Q(owner_id=actor.pk) | Q(deputy_id=actor.pk)
    if actor.sight is Sight.TEAM:
        return cases.filter(mine | Q(team_id__in=actor.team_ids))
    return cases.filter(mine)


def anybody(kind: ActorKind, sight: Sight) -> Actor:
    """Stands in a ``Compiled`` query for everybody who sees alike; each call gives it somebody's ``eyes_of``."""
    given: Any = {"pk": Given("me"), "team_ids": GivenIds("teams")}
    return Actor(kind=kind, sight=sight, **given)


def alike(actor: Actor) -> tuple[ActorKind, Sight]:
    """Actors of whom this is the same share one ``Compiled`` query."""
    return actor.kind, actor.sight


def eyes_of(actor: Actor) -> dict[str, Any]:
    """What ``anybody`` is given to see as this actor does."""
    return {"me": actor.pk, "teams": list(actor.team_ids)}


def may_see(actor: Actor, case: Case) -> bool:
    if actor.sees_all:
        return True
    if actor.is_customer:
        return case.customer_id == actor.pk
    is_mine = actor.pk in {case.owner_id, case.deputy_id}
    return is_mine or (actor.sight is Sight.TEAM and case.team_id in actor.team_ids)


def require_case(actor: Actor, permission: str, case: Case) -> None:
    """Raise ``Refusal('not_found')`` for a case out of sight, ``Refusal('not_allowed')`` without the right."""
    if not may_see(actor, case):
        raise _not_found()
    require(actor, permission)


def case_by_number(number: int, *, actor: Actor) -> Case:
    """Raises ``Refusal('not_found')`` alike for a case that does not exist and one out of sight."""
    if number > BigIntegerField.MAX_BIGINT:
        raise _not_found()
    found = _by_number(*alike(actor))(number=number, **eyes_of(actor))
    if not found:
        raise _not_found()
    found[0].team = team_by_id(found[0].team_id)
    return found[0]


@cache
def _by_number(kind: ActorKind, sight: Sight) -> Compiled[Case]:
    rows = visible_to(anybody(kind, sight)).select_related("customer", "owner").defer("search")
    return Compiled(lambda: rows.filter(pk=Given("number")))


def _not_found() -> Refusal:
    return Refusal("not_found", _("There is no such case, or you may not see it."))


def case_link(case: Case, *, typed_in: int = 0) -> str:
    """The signed word of the customer's own page of a case.

    It travels in letters, so whoever has it reads the customer's mail. ``typed_in``: the conversation of a form, for
    the page right after it; such a link shows only what was typed there, for anybody may type anybody's address.
    """
    return seal("case", [case.pk, case.customer_id, typed_in])


def case_url(case: Case) -> str:
    """The address in our letters; fixed by contract, so it lives here and not in the portal's patterns."""
    return f"{settings.BASE_URL}/case/{case_link(case)}/"


def case_by_link(link: str) -> tuple[Case, int]:
    """The case of a customer's link and its ``typed_in``; a merged case leads to where it went.

    Raises ``Refusal('link_invalid' | 'link_expired')``, also once the customer is erased.
    """
    case_id, customer_id, typed_in = unseal("case", link, max_age=LINK_LIVES)
    theirs = Case.objects.select_related(
        "customer", "owner__photo", "deputy__photo", "team__working_time", "word"
    ).filter(customer_id=customer_id, customer__erased_at=None)
    case = theirs.filter(pk=case_id).first()
    if case is not None and "merged_into" in case.custom:
        case = theirs.filter(pk=where_it_went(case)).first() or case
    if case is None:
        raise Refusal("link_invalid", _("This link no longer leads to a case."))
    return case, int(typed_in)


def where_it_went(case: Case) -> int:
    """The number of the case that this one was merged into, at the end of the way; its own if it was not."""
    number, seen = case.pk, {case.pk}
    custom = case.custom
    while custom.get("merged_into") and custom["merged_into"] not in seen:
        number = custom["merged_into"]
        seen.add(number)
        custom = Case.objects.values_list("custom", flat=True).get(pk=number)
    return number


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
    return case, _with_what_is_known(conversation, case)


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
    return _with_what_is_known(last, case)


def _with_what_is_known(conversation: Conversation, case: Case) -> Conversation:
    """Its inbox and customer without another question to the database."""
    conversation.inbox = inbox_by_id(conversation.inbox_id)
    if conversation.customer_id == case.customer_id:
        conversation.customer = case.customer
    return conversation


@remembered(seconds=2)
def open_load(team: Team) -> dict[int, int]:
    """Agent id → open cases, for the members of a team; other processes' newest cases may be missing for 2 seconds."""
    rows = (
        Case.objects.filter(state=Case.State.OPEN, owner__memberships__team=team)
        .values("owner_id")
        .annotate(count=Count("id"))
        .values_list("owner_id", "count")
    )
    return dict(rows)


def served_before(customer: Customer) -> list[int]:
    """Owners of this customer's cases, latest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT owner_id FROM cases_case WHERE customer_id = %s ORDER BY id DESC LIMIT 5", [customer.pk])
        return list(dict.fromkeys(owner_id for (owner_id,) in cursor.fetchall()))


_OF_A_CUSTOMER = (
    "customer_id", "team_id", "owner_id", "deputy_id", "state", "came_back", "channel", "subject", "last_word_at",
    "word__words", "word__satisfaction",
)  # fmt: skip


def cases_of_customer(customer_id: int, *, most: int) -> list[Case]:
    """What a line says of each case of one person, by the newest word; the reader's sight is not asked."""
    return _of_a_customer(most)(customer=customer_id)


@cache
def _of_a_customer(most: int) -> Compiled[Case]:
    rows = Case.objects.filter(customer_id=Given("customer")).select_related("word").only(*_OF_A_CUSTOMER)
    return Compiled(lambda: rows.order_by("-last_word_at")[:most])


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """Everything the owner needs on one page, so that nobody asks twice."""

    case: Case
    conversations: list[Conversation]
    letters: list[Letter]
    events: list[Event]
    points: list[ContactPoint]
    words: list[CustomersWord]
    drafts: dict[str, Draft]

    def recipients(self) -> Recipients:
        """Who an answer goes to, as ``conversation_to_answer`` finds them; nobody for a case that was merged away."""
        said = [letter.message for letter in self.letters]
        heard = [one.conversation_id for one in said if one.direction == Message.Direction.IN]
        spoken = heard[-1] if heard else self.conversations[0].pk if self.conversations else None
        last = next((one for one in self.conversations if one.pk == spoken), None)
        if last is None:
            return Recipients(to=())
        bounces = {point.value: point.bounce for point in self.points if point.kind == ContactPoint.Kind.EMAIL}
        return recipients_of_answer(_with_what_is_known(last, self.case), said, bounces)


_conversations = Compiled(lambda: Conversation.objects.filter(thread__case_id=Given("case")).order_by("thread__id"))
_events = Compiled(lambda: Event.objects.filter(case_id=Given("case")).order_by("id")[:1000])
_drafts = Compiled(lambda: Draft.objects.filter(case_id=Given("case"), agent_id=Given("agent")))
_words = Compiled(lambda: CustomersWord.objects.filter(case_id=Given("case")).order_by("id"))


def case_file(case: Case, *, agent_id: int | None) -> CaseFile:
    """The whole case, for an agent who may see it."""
    conversations = _conversations(case=case.pk)
    events = _events(case=case.pk)
    has_words = any(event.payload.get("word_id") for event in events)
    return CaseFile(
        case=case,
        conversations=conversations,
        letters=letters_of([one.pk for one in conversations]),
        events=events,
        points=points_at_hand(case.customer_id),
        words=_words(case=case.pk) if has_words else [],
        drafts=_drafts_of(case, agent_id) if agent_id else {},
    )


def _drafts_of(case: Case, agent_id: int) -> dict[str, Draft]:
    drafts = _drafts(case=case.pk, agent=agent_id)
    prefetch_related_objects(drafts, _FILES)
    return {draft.kind: draft for draft in drafts}


def view_filter(name: str, actor: Actor, *, now: datetime | None = None) -> Q:
    """The condition of a built-in view. Raises ``KeyError`` for an unknown name."""
    now = now or timezone.now()
    mine = Q(owner_id=actor.pk) | Q(deputy_id=actor.pk)
    is_open = Q(state=Case.State.OPEN)
    views = {
        "open": is_open,
        "mine": is_open & mine,
        "waiting": is_open & Q(waits_for=Case.WaitsFor.US),
        "at-risk": is_open & Q(due_at__lt=now + AT_RISK),
        "solved": Q(state=Case.State.SOLVED),
        "came-back": is_open & Q(came_back__gt=0),
        "undelivered": Q(is_undelivered=True),
        "closed": Q(state__in=[Case.State.SATISFIED, Case.State.UNCONFIRMED]),
        "unconfirmed": Q(state=Case.State.UNCONFIRMED),
        "all": Q(),
    }
    return views[name]


_present = Compiled(lambda: Presence.objects.filter(case_id=Given("case"), seen_at__gte=Given("since")).order_by("id"))


def also_here(case: Case, *, except_agent: int | None) -> list[Presence]:
    """Colleagues who look at the case now or type in it."""
    rows = _present(case=case.pk, since=timezone.now() - LOOKING)
    return [row for row in rows if row.agent_id != except_agent]


@remembered(seconds=5)
def custom_fields(about: str) -> Sequence[CustomField]:
    """The facts this company keeps of a ``case`` or a ``customer``, in their order."""
    return list(CustomField.objects.filter(about=about, is_active=True).order_by("position", "id"))


def facts_of(fields: Sequence[CustomField], stored: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values of the defined facts that are known, in the reader's words."""
    return [(field.name, _fact_words(stored[field.key])) for field in fields if field.key in stored]


def _fact_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and (day := parse_date(value)) is not None:
        return date_format(day, "DATE_FORMAT")
    return str(value)


@remembered(seconds=5)
def macros_of(team_id: int) -> Sequence[Macro]:
    """The prepared texts that may be used in the cases of a team, by title."""
    return list(Macro.objects.filter(Q(team=None) | Q(team_id=team_id), is_active=True).order_by("title")[:200])


def alerts_of(actor: Actor) -> QuerySet[Alert]:
    """What an agent was told, newest first; nothing of a case that is no longer in their sight."""
    told = Alert.objects.filter(agent_id=actor.agent_id).select_related("case", "case__customer").order_by("-id")
    return told if actor.sees_all else told.filter(Q(case=None) | Q(case__in=visible_to(actor).values("id")))


def undelivered(actor: Actor) -> QuerySet[Delivery]:
    """Letters that did not arrive, of cases in sight that nobody has settled since; newest first."""
    marked = visible_to(actor).filter(is_undelivered=True)
    failed = [Delivery.State.FAILED, Delivery.State.BOUNCED]
    return (
        Delivery.objects.filter(state__in=failed, message__conversation__thread__case__in=marked)
        .select_related("message__agent", "message__conversation__thread__case__customer")
        .order_by("-id")
    )


def messages_in_sight(actor: Actor) -> QuerySet[Message]:
    """What was said in the cases an actor may see, with ``case_number`` (None while its case is being made)."""
    rows = Message.objects.select_related("agent").prefetch_related("attachments__file", "deliveries").defer("search")
    rows = rows.annotate(case_number=F("conversation__thread__case_id"))
    return rows if actor.sees_all else rows.filter(conversation__thread__case__in=visible_to(actor))


_OLDEST_RUNNING = """
    SELECT running FROM (
        SELECT pg_snapshot_xmax(pg_current_snapshot())::xid AS running
        UNION ALL
        SELECT backend_xid FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL
    ) AS transactions ORDER BY age(running) DESC LIMIT 1
"""
"""The oldest transaction of this database that may still write; others in the same server do not matter."""


def events_in_sight(actor: Actor, *, after: int) -> QuerySet[Event]:
    """History after an event, oldest first, without those that a slower transaction may still overtake.

    Who does not see all cases gets the events of the cases they see.
    """
    with connection.cursor() as cursor:  # before the events are read: what ends in between is then seen
        cursor.execute(_OLDEST_RUNNING)
        oldest = cursor.fetchone()[0]
    settled = "age(foundation_event.xmin) > age(%s::xid)"
    rows = Event.objects.filter(pk__gt=after).extra(where=[settled], params=[str(oldest)]).order_by("id")  # noqa: S610
    return rows if actor.sees_all else rows.filter(case_id__in=visible_to(actor).values("id"))
