"""Which standard holds, which moments it promises, and what waits for whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, may, require
from otklik.foundation.database.remembering import remembered
from otklik.foundation.errors import Refusal
from otklik.foundation.policies import policy
from otklik.foundation.versions import IN_WORK
from otklik.standards.choosing import Choice, Matter, choose, conditions_of
from otklik.standards.models import Proposal, Standard, Version
from otklik.team.models import Team
from otklik.team.working_time import ROUND_THE_CLOCK, Calendar, add_working

_State = Version.State
PERCENT_RULES = frozenset({"standards.low_percent", "standards.high_percent", "standards.urgent_percent"})
"""Rules of the house: how much of a standard's time a case of that priority has."""


_AROUND = ("standard", "standard__team", "standard__organization")


@dataclass(frozen=True, kw_only=True)
class Times:
    """Minutes of a team's working time, or of day and night; each at least one."""

    first_answer_minutes: int
    next_word_minutes: int
    solution_minutes: int
    is_round_the_clock: bool = False

    def clock(self, calendar: Calendar) -> Calendar:
        """In which time they are counted, for a team of this calendar."""
        return ROUND_THE_CLOCK if self.is_round_the_clock else calendar


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Deadlines of one case, aware moments."""

    first_answer_by: datetime
    next_word_by: datetime
    solution_by: datetime


# ── What holds ────────────────────────────────────────────────────────────────────────────
@remembered(seconds=5)
def in_force() -> Sequence[Version]:
    """The version of each standard that holds for new cases, with its standard."""
    rows = Version.objects.filter(state=_State.LIVE, standard__archived_at=None).select_related(*_AROUND)
    return list(rows.order_by("standard_id"))


def are_chosen_by(condition: str) -> bool:
    """Whether any standard is for some only of what this condition tells apart: else nobody need look it up."""
    return any(condition in conditions_of(version.standard) for version in in_force())


def chosen_for(matter: Matter) -> Choice:
    """By which standard a case like this is served from now on, and which were passed over."""
    return choose(matter, in_force())


def version_for(kind: str) -> Version | None:
    """The version that holds for a case of which the kind alone is known."""
    return chosen_for(Matter(kind=kind)).version


@remembered(seconds=5)
def observed_facts() -> frozenset[str]:
    """What steps of any published version are bound to."""
    rows = Version.objects.exclude(ticked_by=[]).filter(published_at__isnull=False).values_list("ticked_by", flat=True)
    return frozenset(fact for facts in rows for fact in facts if fact)


@remembered(seconds=60)
def version_by_id(pk: int) -> Version:
    """A version that was published: its words never change again."""
    return Version.objects.select_related("standard__live", *_AROUND).get(pk=pk)


def newer_than(version_id: int) -> Version | None:
    """What the standard of a version says by now, None while that version holds."""
    live = version_by_id(version_id).standard.live
    return None if live is None or live.pk == version_id else live


def times_of(version: Version, priority: str) -> Times:
    """The times of a version for a case of this priority, which may have more or less of it by a rule of the house."""
    rule = f"standards.{priority}_percent"
    percent = int(policy(rule)) if rule in PERCENT_RULES else 100
    return Times(
        first_answer_minutes=max(1, version.first_answer_minutes * percent // 100),
        next_word_minutes=max(1, version.next_word_minutes * percent // 100),
        solution_minutes=max(1, version.solution_minutes * percent // 100),
        is_round_the_clock=version.is_round_the_clock,
    )


def times_for(kind: str, version_id: int | None, priority: str) -> Times:
    """By which times a case of this kind is served that holds this version, or none: then by what holds now."""
    version = version_for(kind) if version_id is None else version_by_id(version_id)
    return times_of(version or Version(), priority)


def promise_for(
    *, kind: str, team: Team, since: datetime, version_id: int | None = None, priority: str = "normal"
) -> Promise:
    """What we promise a customer who wrote at ``since``, in the team's working time or by day and night.

    ``version_id``: the version that the case holds; else what holds for its kind now, else the built-in minutes.
    """
    times = times_for(kind, version_id, priority)
    clock = times.clock(team.working_time)
    return Promise(
        first_answer_by=add_working(since, times.first_answer_minutes, clock),
        next_word_by=add_working(since, times.next_word_minutes, clock),
        solution_by=add_working(since, times.solution_minutes, clock),
    )


def version_names(pks: Collection[int]) -> Mapping[int, str]:
    """Version id → the name of its standard."""
    return dict(Version.objects.filter(pk__in=pks).values_list("pk", "standard__name"))


# ── Who does what with it ─────────────────────────────────────────────────────────────────
def standard_by_id(pk: int) -> Standard:
    """Raises ``Refusal('not_found')``."""
    around = ("owner", "reviewed_by", "live__author", "live__approved_by", "team", "organization")
    if (found := Standard.objects.select_related(*around).filter(pk=pk).first()) is None:
        raise Refusal("not_found", "")
    return found


def in_work(standard: Standard) -> Version | None:
    """The draft, or what waits for approval or was approved."""
    rows = standard.versions.filter(state__in=IN_WORK).select_related("author", "approved_by")
    return rows.first()


def versions_of(standard: Standard) -> QuerySet[Version]:
    """Newest first."""
    return standard.versions.select_related("author", "approved_by").order_by("-number")


def held_before(version: Version) -> Version | None:
    """What held before this version was written."""
    earlier = Version.objects.filter(standard_id=version.standard_id, number__lt=version.number)
    return earlier.filter(published_at__isnull=False).order_by("-number").first()


def require_author(actor: Actor, right: str, standard: Standard) -> None:
    """Whoever has the right writes, and the owner of this standard. Raises ``Refusal('not_allowed')``."""
    if not (actor.is_agent and actor.pk == standard.owner_id):
        require(actor, right)


def may_write(actor: Actor, standard: Standard) -> bool:
    """Leads, and the owner of this one."""
    return may(actor, "standards.edit") or (actor.pk is not None and actor.pk == standard.owner_id)


def may_publish_alone(actor: Actor) -> bool:
    return may(actor, "standards.edit") and not (actor.is_agent and bool(policy("standards.second_pair_of_eyes")))


def review_due(now: datetime) -> QuerySet[Standard]:
    """Standards that hold and should have been read again."""
    return Standard.objects.filter(live__isnull=False, archived_at=None, review_at__lte=now)


def for_me(actor: Actor, now: datetime | None = None) -> QuerySet[Standard]:
    """Standards with which this agent should do something: approve, mend, publish, read again."""
    mine = Q(author_id=actor.pk)
    waiting = Q(state=_State.WAITING) & ~mine if may(actor, "standards.edit") else Q(pk__in=[])
    returned = mine & Q(state=_State.DRAFT) & ~Q(returned_because="")
    wanted = Version.objects.filter(waiting | returned | (mine & Q(state=_State.APPROVED))).values("standard_id")
    due = Q(owner_id=actor.pk, live__isnull=False, archived_at=None, review_at__lte=now or timezone.now())
    proposed = Q(pk__in=for_me_to_decide(actor).values("standard_id"))
    return Standard.objects.filter(Q(pk__in=wanted) | due | proposed)


def proposals() -> QuerySet[Proposal]:
    """With all that is shown of them; in no order."""
    return Proposal.objects.select_related("standard", "author", "decided_by", "version")


def proposal_by_id(pk: int) -> Proposal:
    """Raises ``Refusal('not_found')``."""
    if (found := proposals().filter(pk=pk).first()) is None:
        raise Refusal("not_found", _("There is no such proposal."))
    return found


def for_me_to_decide(actor: Actor) -> QuerySet[Proposal]:
    """Open proposals for standards that this agent keeps; leads have those for standards that nobody keeps."""
    mine = Q(standard__owner_id=actor.pk)
    if may(actor, "standards.edit"):
        mine |= Q(standard__owner=None) | Q(standard__owner__is_active=False)
    return Proposal.objects.filter(mine, state=Proposal.State.OPEN)
