"""What may be given, what is left, what was given, and who is waited for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import visible_to
from otklik.cases.zones import moment_words
from otklik.foundation.actors import Actor, Role, may
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.errors import Refusal
from otklik.foundation.manifest import Person
from otklik.foundation.policies import policy
from otklik.goodwill.models import Budget, Entry, Gesture, Gift, LeadsLetter, Limit, Posting, Rule, SaidNo, Situation
from otklik.goodwill.money import KOPECKS
from otklik.goodwill.periods import day_began, month_of
from otklik.team.models import Agent, Team
from otklik.team.queries import team_by_id
from otklik.team.working_time import add_working

_State = Gesture.State


# ── What may be given ─────────────────────────────────────────────────────────────────────
def gift_by_code(code: str) -> Gift:
    """Raises ``Refusal('gift_unknown')``."""
    if (row := Gift.objects.filter(code=code.strip()).first()) is None:
        said = _("There is no such gift in the catalogue.")
        raise Refusal("gift_unknown", said, fields={"gift": said})
    return row


def gift_by_id(pk: int) -> Gift:
    """Raises ``Refusal('not_found')``."""
    if (row := Gift.objects.filter(pk=pk).first()) is None:
        raise Refusal("not_found", "")
    return row


def rule_by_code(code: str) -> Rule:
    """Raises ``Refusal('rule_unknown')``."""
    if (row := Rule.objects.select_related("standard").filter(code=code.strip()).first()) is None:
        said = _("There is no such rule.")
        raise Refusal("rule_unknown", said, fields={"rule": said})
    return row


def rule_by_id(pk: int) -> Rule:
    """Raises ``Refusal('not_found')``."""
    if (row := Rule.objects.select_related("standard").filter(pk=pk).first()) is None:
        raise Refusal("not_found", "")
    return row


def gifts_for(case: Case) -> tuple[list[Gift], list[Gift]]:
    """What fits this case, and what else there is; the cheaper before the dearer."""
    tags = {tag.lower() for tag in case.tags}
    fitting: list[Gift] = []
    others: list[Gift] = []
    for gift in Gift.objects.filter(is_active=True).order_by("cost", "name"):
        fits = bool(tags & set(gift.tags)) or case.kind in gift.kinds
        (fitting if fits else others).append(gift)
    return fitting, others


def situation_by_id(pk: int) -> Situation:
    """One that can be chosen. Raises ``Refusal('situation_unknown')``."""
    if (row := Situation.objects.filter(pk=pk, is_active=True).first()) is None:
        said = _("There is no such situation.")
        raise Refusal("situation_unknown", said, fields={"situation": said})
    return row


def situations_for(case: Case) -> tuple[list[Situation], list[Situation]]:
    """What is likely to have happened in this case by its tags and kind, and what else can have; by name."""
    tags = {tag.lower() for tag in case.tags}
    fitting: list[Situation] = []
    others: list[Situation] = []
    for row in Situation.objects.filter(is_active=True).order_by(ByName()):
        fits = bool(tags & set(row.tags)) or case.kind in row.kinds
        (fitting if fits else others).append(row)
    return fitting, others


def gifts_in(situation: Situation) -> tuple[list[Gift], list[Gift]]:
    """What is right in a situation, and what else there is; the cheaper before the dearer."""
    here = Situation.gifts.through.objects.filter(situation=situation, gift=OuterRef("pk"))
    rows = Gift.objects.filter(is_active=True).annotate(is_right=Exists(here)).order_by("cost", "name")
    return [one for one in rows if one.is_right], [one for one in rows if not one.is_right]


# ── What is left ──────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What one agent has given by their own word, and may, in kopecks."""

    day_given: int
    day_limit: int
    month_given: int
    month_limit: int

    @property
    def day(self) -> int:
        """Left today: no more than is left of the month."""
        return max(0, min(self.day_limit - self.day_given, self.month))

    @property
    def month(self) -> int:
        return max(0, self.month_limit - self.month_given)


def left_of_agent(agent_id: int, team_id: int, *, now: datetime) -> Allowance:
    """Days and months are those of the team. What a lead said yes to does not count, nor what was reversed."""
    month, today = month_of(team_id, now), day_began(team_id, now)
    mine = Gesture.objects.filter(agent_id=agent_id, state=_State.GIVEN, decided_by=None, given_at__gte=month.begins)
    given = mine.aggregate(month=Sum("amount"), day=Sum("amount", filter=Q(given_at__gte=today)))
    limit = Limit.objects.filter(pk=agent_id).first()
    return Allowance(
        day_given=int(given["day"] or 0),
        day_limit=_or_usual(limit.day if limit else None, "goodwill.day_rubles"),
        month_given=int(given["month"] or 0),
        month_limit=_or_usual(limit.month if limit else None, "goodwill.month_rubles"),
    )


def _or_usual(own: int | None, rule: str) -> int:
    return int(policy(rule)) * KOPECKS if own is None else own


def teams_of(actor: Actor) -> QuerySet[Team]:
    """Whose budget a lead looks after: all, or their own, by name."""
    rows = Team.objects.order_by(ByName())
    return rows if actor.sees_all else rows.filter(pk__in=actor.team_ids)


def agents_of(actor: Actor) -> QuerySet[Agent]:
    """Whose limits a lead looks after, by name; leads themselves have none."""
    rows = Agent.objects.filter(is_active=True, role=Role.AGENT).order_by(ByName(), "pk")
    return rows if actor.sees_all else rows.filter(memberships__team_id__in=actor.team_ids).distinct()


def allowances(actor: Actor, *, now: datetime) -> list[tuple[Agent, Allowance, bool]]:
    """Each of them with what is left, counted as their first team lives, and whether the limit is their own."""
    agents = list(agents_of(actor).prefetch_related("memberships"))
    own = set(
        Limit.objects.filter(pk__in=[agent.pk for agent in agents])
        .exclude(day=None, month=None)
        .values_list("pk", flat=True)
    )
    found = []
    for agent in agents:
        team_ids = sorted(one.team_id for one in agent.memberships.all())
        if team_ids:
            found.append((agent, left_of_agent(agent.pk, team_ids[0], now=now), agent.pk in own))
    return found


@dataclass(frozen=True, kw_only=True)
class Purse:
    """A team's budget of this month, in kopecks. ``left`` of it is what has not been given."""

    team_id: int
    granted: int
    left: int

    @property
    def given(self) -> int:
        return self.granted - self.left


def purse_of(team_id: int, *, now: datetime) -> Purse:
    """As of this moment; a month that nobody has begun yet stands as it will begin."""
    rows = Posting.objects.filter(lot__team_id=team_id, lot__active_from__lte=now, lot__expires_at__gt=now)
    came = Q(entry__kind__in=[Entry.Kind.GRANTED, Entry.Kind.LOWERED])
    sums = rows.aggregate(granted=Sum("amount", filter=came), left=Sum("amount"))
    if sums["left"] is None:
        monthly = Budget.objects.filter(pk=team_id).values_list("monthly", flat=True).first() or 0
        return Purse(team_id=team_id, granted=monthly, left=monthly)
    return Purse(team_id=team_id, granted=int(sums["granted"] or 0), left=int(sums["left"]))


def usual_answer_by(case: Case, *, now: datetime) -> datetime:
    """By when a lead answers, in the working time of the team."""
    minutes = int(policy("goodwill.lead_answers_within_minutes"))
    return add_working(now, minutes, team_by_id(case.team_id).working_time)


def usual_told(case: Case, *, by: datetime) -> str:
    """What the customer usually hears while a lead is asked, in their language and by their clock."""
    with translation.override(case.customer.language):
        said = _("I am asking for something for you, and will write by %(moment)s.")
        return said % {"moment": moment_words(case, by)}


# ── What was given, and who is waited for ─────────────────────────────────────────────────
def gestures(actor: Actor) -> QuerySet[Gesture]:
    """Of the cases in sight, newest first."""
    rows = Gesture.objects.select_related("gift", "situation", "agent", "decided_by", "case__customer", "team")
    return (rows if actor.sees_all else rows.filter(case__in=visible_to(actor).values("id"))).order_by("-pk")


def gesture_by_id(pk: int, *, actor: Actor) -> Gesture:
    """Raises ``Refusal('not_found')`` alike for one that is none and one out of sight."""
    if (row := gestures(actor).filter(pk=pk).first()) is None:
        raise Refusal("not_found", "")
    return row


def heard_by_letter(gesture: Gesture) -> bool:
    """Whether the lead decided by answering the letter."""
    return LeadsLetter.objects.filter(asked__gesture=gesture, became__in=["yes", "no"]).exists()


def waiting_for(actor: Actor) -> QuerySet[Gesture]:
    """What waits for a lead's answer, the most urgent first: of others for who may answer, else one's own."""
    rows = gestures(actor).filter(state=_State.WAITING).order_by("answer_by", "pk")
    return (
        rows.exclude(agent_id=actor.agent_id) if may(actor, "goodwill.decide") else rows.filter(agent_id=actor.agent_id)
    )


def waiting_count(actor: Actor, _now: datetime) -> QuerySet[Gesture]:
    """The same for the number in the navigation."""
    return waiting_for(actor).order_by()


def overdue(now: datetime) -> QuerySet[Gesture]:
    """What should have been answered, and nobody has been told so yet."""
    rows = Gesture.objects.filter(state=_State.WAITING, answer_by__lte=now, overdue_at=None)
    return rows.select_related("case__team", "agent").order_by("answer_by")


def ledger(actor: Actor) -> QuerySet[Entry]:
    """Entries of the teams in sight, newest first; what was given in a case out of sight is left out."""
    rows = Entry.objects.select_related(
        "team", "gift", "agent", "approved_by", "case__customer", "gesture", "reversed_by"
    ).order_by("-pk")
    if actor.sees_all:
        return rows
    seen = Q(case=None) | Q(case__in=visible_to(actor).order_by().values("id"))
    return rows.filter(seen, team_id__in=actor.team_ids)


def teams_with_budget() -> list[int]:
    return list(Budget.objects.order_by("pk").values_list("pk", flat=True))


def refusals_in(actor: Actor) -> QuerySet[SaidNo]:
    """Of the cases in sight, newest first."""
    rows = SaidNo.objects.select_related("rule", "agent", "instead", "case__customer", "team")
    return (rows if actor.sees_all else rows.filter(case__in=visible_to(actor).values("id"))).order_by("-pk")


def unbalanced() -> list[int]:
    """Entries whose legs do not add up to nothing; the database lets none pass."""
    rows = Posting.objects.values("entry_id").annotate(total=Sum("amount")).exclude(total=0)
    return sorted(row["entry_id"] for row in rows)


def overspent() -> list[int]:
    """Lots of which more was given than there was; the database lets none pass."""
    rows = Posting.objects.exclude(lot=None).values("lot_id").annotate(left=Sum("amount")).filter(left__lt=0)
    return sorted(row["lot_id"] for row in rows)


# ── Of a person ───────────────────────────────────────────────────────────────────────────
def kept_of(person: Person) -> Mapping[str, Any]:
    """As it is taken out with the person's data."""
    given = Gesture.objects.filter(case__in=person.cases).order_by("pk")
    refused = SaidNo.objects.filter(case__in=person.cases).order_by("pk")
    return {
        "goodwill": list(given.values("case_id", "state", "amount", "reason", "words", "given_at", "gift__name")),
        "refusals": list(refused.values("case_id", "reason", "at", "rule__name")),
    }


def gift_names(ids: Collection[int]) -> dict[int, str]:
    return dict(Gift.objects.filter(pk__in=ids).values_list("pk", "name"))


def situation_names(ids: Collection[int]) -> dict[int, str]:
    return dict(Situation.objects.filter(pk__in=ids).values_list("pk", "name"))


def rule_names(ids: Collection[int]) -> dict[int, str]:
    return dict(Rule.objects.filter(pk__in=ids).values_list("pk", "name"))
