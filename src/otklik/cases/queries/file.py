"""Everything known about one case, and what this company keeps beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Prefetch, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CaseConversation, CustomersWord, CustomField, Draft, DraftFile, Macro, Presence
from otklik.cases.queries.conversations import with_what_is_known
from otklik.cases.queries.spoken import Seen
from otklik.customers.models import ContactPoint
from otklik.customers.queries import bounces_in, points_at_hand
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.database.remembering import remembered
from otklik.foundation.models import Event
from otklik.reach.models import Conversation, Message
from otklik.reach.queries import Letter, Recipients, letters_of, recipients_of_answer

LOOKING = timedelta(seconds=45)
_FILES = Prefetch("files", DraftFile.objects.select_related("file").order_by("id"))


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Numbers of cases with the same person by the same way: what was spoken of ``earlier``, and ``later``."""

    earlier: list[int]
    later: list[int]


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """Everything the owner needs on one page, so that nobody asks twice; ``events``: the newest, in their order."""

    case: Case
    conversations: Sequence[Conversation]
    letters: list[Letter]
    events: list[Event]
    points: list[ContactPoint]
    words: list[CustomersWord]
    drafts: dict[str, Draft]

    @property
    def seen(self) -> Seen:
        """What whoever reads this has before their eyes."""
        message = max((letter.message.pk for letter in self.letters), default=0)
        return {"seen_message_id": message, "seen_word_id": max((word.pk for word in self.words), default=0)}

    @property
    def beside(self) -> Beside:
        return _beside(self.case, self.conversations)

    def recipients(self) -> Recipients:
        """Who an answer goes to, as ``conversation_to_answer`` finds them; nobody for a case that was merged away."""
        said, last = [letter.message for letter in self.letters], self.spoken
        if last is None:
            return Recipients(to=())
        return recipients_of_answer(with_what_is_known(last, self.case), said, bounces_in(self.points))

    @property
    def spoken(self) -> Conversation | None:
        """Where the customer spoke last."""
        messages = [letter.message for letter in self.letters]
        heard = [one.conversation_id for one in messages if one.direction == Message.Direction.IN]
        spoken = heard[-1] if heard else self.conversations[0].pk if self.conversations else None
        return next((one for one in self.conversations if one.pk == spoken), None)


_that_follow = CaseConversation.objects.filter(conversation__follows=OuterRef("pk")).order_by("id").values("case_id")
_conversations = Compiled(
    lambda: (
        Conversation.objects.filter(thread__case_id=Given("case"))
        .annotate(earlier=F("follows__thread__case_id"), later=ArraySubquery(_that_follow))
        .order_by("thread__id")
    )
)
_MOST_EVENTS = 1000
_events = Compiled(lambda: Event.objects.filter(case_id=Given("case")).order_by("-id")[:_MOST_EVENTS])
_drafts = Compiled(lambda: Draft.objects.filter(case_id=Given("case"), agent_id=Given("agent")))
_words = Compiled(lambda: CustomersWord.objects.filter(case_id=Given("case")).order_by("id"))


def cases_beside(case: Case) -> Beside:
    """What was another matter before, and what was one afterwards, as ``CaseFile.beside`` says it."""
    return _beside(case, _conversations(case=case.pk))


def _beside(case: Case, conversations: Iterable[Any]) -> Beside:
    earlier = {one.earlier for one in conversations if one.earlier}
    later = {number for one in conversations for number in one.later}
    return Beside(earlier=sorted(earlier - {case.pk}), later=sorted(later - {case.pk}))


def case_file(case: Case, *, agent_id: int | None) -> CaseFile:
    """The whole case, for an agent who may see it."""
    conversations = _conversations(case=case.pk)
    events = _events(case=case.pk)[::-1]
    has_words = len(events) == _MOST_EVENTS or any(event.payload.get("word_id") for event in events)
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
    return list(Macro.objects.filter(Q(team=None) | Q(team_id=team_id), is_active=True).order_by(ByName("title"))[:200])
