"""Kind words of customers, and whom of them to thank: one by one, never many at once."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CaseKind
from otklik.cases.queries import visible_to
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.text.language import forms_of, words_of
from otklik.reach.models import Message
from otklik.suggestions.models import Praise, State, Thanked, Voice
from otklik.team.models import Agent
from otklik.team.queries import serving

LATELY: Final = timedelta(days=30)
LONG: Final = timedelta(days=7)
TENTH: Final = 10
_MOST = 50
_SHOWN = 3


# ── Kind words ────────────────────────────────────────────────────────────────────────────
def praised_in(words: str, *, owner: Agent) -> Agent:
    """Whom these words name, if it is one of us and no other; else whoever accompanies the case."""
    said = set(words_of(words))
    named = [agent for agent in serving() if forms_of(agent.first_name) & said]
    full = [agent for agent in named if all(forms_of(part) & said for part in agent.name.split())]
    found = full or named
    return found[0] if len(found) == 1 else owner


def praises(actor: Actor) -> QuerySet[Any]:
    """Those of cases in sight, with ``is_answered``: somebody thanked for them."""
    answer = Message.objects.filter(conversation__thread__case=OuterRef("case"), purpose=Message.Purpose.ANSWER)
    rows = Praise.objects.select_related("case__customer", "agent", "shown_by").defer("case__search")
    rows = rows.exclude(case__state=Case.State.SPAM).annotate(is_answered=Exists(answer))
    return rows if actor.sees_all else rows.filter(case__in=visible_to(actor).order_by().values("id"))


def praise_by_id(pk: int, *, actor: Actor) -> Praise:
    """Raises ``Refusal('not_found')``."""
    row = praises(actor).filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("There are no such kind words, or you may not see them."))
    found: Praise = row
    return found


def unanswered(actor: Actor, now: datetime) -> QuerySet[Praise]:
    """Kind words for this agent to which nobody has answered yet, of the last month."""
    answer = Message.objects.filter(conversation__thread__case=OuterRef("case"), purpose=Message.Purpose.ANSWER)
    lately = Praise.objects.filter(agent_id=actor.pk or 0, at__gte=now - LATELY, case__state=Case.State.OPEN)
    return lately.filter(~Exists(answer))


def shown_praises() -> list[Praise]:
    """What customers read on the portal: the newest, as somebody approved it."""
    return list(Praise.objects.filter(shown_at__isnull=False).select_related("agent").order_by("-shown_at")[:_SHOWN])


def praise_of_customer(case: Case, link: str) -> Mapping[str, Any] | None:
    """For the customer's page of a case of thanks; costs nothing on any other."""
    if case.kind != CaseKind.THANKS:
        return None
    row = Praise.objects.filter(case_id=case.pk).first()
    return {"praise": row, "link": link} if row is not None else None


# ── Whom to thank ─────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Debt:
    """A customer whom somebody should thank: for what, and in which case of theirs."""

    reason: str
    source: int
    case: Case
    about: str
    at: datetime


def debts(actor: Actor, now: datetime) -> list[Debt]:
    """Of the last month, the latest first, at most fifty; nobody who was thanked for it already."""
    cases = visible_to(actor).select_related("customer", "owner").exclude(state=Case.State.SPAM)
    cases = cases.filter(customer__erased_at=None)
    found = [*_suggested(cases, now), *_waited(cases, now), *_tenth(cases, now)]
    known = _thanked({one.case.customer_id for one in found})
    left = [one for one in found if (one.case.customer_id, one.reason, one.source) not in known]
    return sorted(left, key=lambda one: one.at, reverse=True)[:_MOST]


def debt_of(actor: Actor, now: datetime, *, reason: str, source: int, case: int) -> Debt:
    """Raises ``Refusal('not_found')`` for what is no reason to thank, or is none any more."""
    for one in debts(actor, now):
        if (one.reason, one.source, one.case.pk) == (reason, source, case):
            return one
    raise Refusal("not_found", _("They have been thanked for it, or there is nothing to thank for."))


def _thanked(customers: Collection[int]) -> set[tuple[int, str, int]]:
    return set(Thanked.objects.filter(customer__in=customers).values_list("customer_id", "reason", "source"))


def _suggested(cases: QuerySet[Case], now: datetime) -> Iterator[Debt]:
    """Whoever said it in words of their own, and it is done."""
    voices = Voice.objects.filter(
        suggestion__state=State.DONE, suggestion__done_at__gte=now - LATELY, customer__isnull=False
    ).filter(words__case__isnull=False)
    rows = voices.values_list("words__case", "suggestion", "suggestion__title", "suggestion__done_at").order_by("id")
    said = {case: (pk, title, at) for case, pk, title, at in rows[:_MOST] if at is not None}
    for case in cases.filter(pk__in=said):
        pk, title, at = said[case.pk]
        yield Debt(reason=Thanked.Reason.SUGGESTED, source=pk, case=case, about=title, at=at)


def _waited(cases: QuerySet[Case], now: datetime) -> Iterator[Debt]:
    """Whose matter took long, and who said at its end that all is well."""
    long = cases.filter(state=Case.State.SATISFIED, closed_at__gte=now - LATELY, solved_at__gt=F("created_at") + LONG)
    for case in long.order_by("-closed_at")[:_MOST]:
        assert case.closed_at is not None, "a satisfied case is closed"
        yield Debt(reason=Thanked.Reason.WAITED, source=case.pk, case=case, about=case.title, at=case.closed_at)


def _tenth(cases: QuerySet[Case], now: datetime) -> Iterator[Debt]:
    """Who came with their tenth matter, twentieth and so on."""
    lately = cases.order_by().filter(created_at__gte=now - LATELY).values("customer_id")
    theirs = Case.objects.order_by().filter(customer__in=lately).exclude(state=Case.State.SPAM)
    counted = theirs.exclude(custom__has_key="merged_into").values("customer_id").annotate(times=Count("pk"))
    many = {row["customer_id"]: row["times"] for row in counted if row["times"] >= TENTH}
    seen: set[int] = set()
    for case in cases.filter(customer__in=many).order_by("-id")[:_MOST]:
        if case.customer_id not in seen:
            seen.add(case.customer_id)
            times = many[case.customer_id] // TENTH * TENTH
            yield Debt(reason=Thanked.Reason.TENTH, source=times, case=case, about=str(times), at=case.created_at)
