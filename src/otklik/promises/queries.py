"""What is promised in a case beside its standard, what broke, and who waits for a word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from otklik.cases.labels import promise_words
from otklik.cases.models import Case
from otklik.cases.queries import visible_to
from otklik.cases.vows import LATEST, VowKind, running, vows_of
from otklik.cases.zones import zone_words
from otklik.foundation.actors import Actor, may
from otklik.foundation.errors import Refusal
from otklik.foundation.manifest import Person
from otklik.foundation.policies import policy
from otklik.promises.models import Broken, Notice, Offer, Watch
from otklik.promises.wording import InWords, promised_in
from otklik.standards.queries import promise_for
from otklik.team.queries import faces, team_by_id
from otklik.ui.words import when

AT_RISK: Final = "promises.at_risk"
BROKEN: Final = "promises.broken"
"""Kinds of alerts."""
WAITING: Final = Q(word_at=None, case__state__in=[Case.State.OPEN, Case.State.SOLVED])
"""A customer who has closed the matter, or whose silence did, waits for no apology."""


def shares() -> Mapping[Notice.Step, int]:
    """At how many percent of a promise's time each of them is told; nobody at 0."""
    return {
        Notice.Step.OWNER: int(policy("promises.owner_percent")),
        Notice.Step.DEPUTY: int(policy("promises.deputy_percent")),
        Notice.Step.LEAD: int(policy("promises.lead_percent")),
    }


def to_look_at(now: datetime, *, most: int) -> list[int]:
    """Numbers of cases whose promises are to be looked at, those that wait longest first."""
    rows = Watch.objects.filter(look_at__isnull=False, look_at__lte=now).order_by("look_at", "case_id")
    return list(rows.values_list("case_id", flat=True)[:most])


# ── Broken ────────────────────────────────────────────────────────────────────────────────
def without_a_word(actor: Actor) -> QuerySet[Broken]:
    """Broken promises of cases in sight whose customers have got no word since."""
    rows = Broken.objects.filter(WAITING)
    return rows if actor.sees_all else rows.filter(case__in=visible_to(actor).order_by().values("id"))


def without_my_word(actor: Actor) -> QuerySet[Broken]:
    """The same of cases that the actor owns, or stands in for."""
    return without_a_word(actor).filter(Q(case__owner_id=actor.pk) | Q(case__deputy_id=actor.pk))


def waiting(actor: Actor, _now: datetime) -> QuerySet[Broken]:
    """The same, for the number beside the page."""
    return without_a_word(actor)


def unsaid_in(case: Case) -> list[Broken]:
    """Broken promises of a case for which no word was given, the oldest first."""
    return list(Broken.objects.filter(WAITING, case=case).select_related("owner").order_by("due_at", "id"))


_BESIDE: Final = """
    SELECT 'broken', id, kind, due_at, made_good_at, word_at, told_how, owner_id
    FROM promises_broken WHERE case_id = %(case)s
    UNION ALL SELECT 'offer', id, kind, due_at, NULL, NULL, words, agent_id
    FROM promises_offer WHERE case_id = %(case)s AND state = 'open'
    ORDER BY 4, 2
"""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a case's page shows: a promise that broke (``text``: how the customer was told), or an offer (its words).

    ``name``: of the owner then, or of the author.
    """

    pk: int
    kind: str
    due_at: datetime
    made_good_at: datetime | None
    word_at: datetime | None
    text: str
    agent_id: int

    @property
    def name(self) -> str:
        face = faces().get(self.agent_id)
        return face.name if face else ""

    @property
    def by(self) -> timedelta:
        return (self.made_good_at or timezone.now()) - self.due_at


def beside_case(case: Case, actor: Actor) -> dict[str, Any] | None:
    """What broke in a case and the word that is owed for it; what a person promised; what an answer of theirs says.

    None when there is nothing of it.
    """
    if case.state == Case.State.SPAM or "merged_into" in case.custom:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, {"case": case.pk})
        rows = [(row[0], Beside(**dict(zip(_COLUMNS, row[1:], strict=True)))) for row in cursor.fetchall()]
    now, broken = timezone.now(), [row for sort, row in rows if sort == "broken"]
    offers = [row for sort, row in rows if sort == "offer" and row.agent_id == actor.pk and row.due_at > now]
    vows = [one for one in vows_of(case) if one.given_at is None]
    if not (broken or offers or vows):
        return None
    return {
        "broken": broken,
        "owed": [row for row in broken if row.word_at is None and not case.is_closed],
        "is_open": case.state == Case.State.OPEN,
        "offer": offers[0] if offers else None,
        "vows": [{"vow": one, "is_late": one.due_at < now} for one in vows],
    }


_COLUMNS: Final = ("pk", "kind", "due_at", "made_good_at", "word_at", "text", "agent_id")


def late_by(row: Broken) -> timedelta:
    """How much later than promised it was given, or is by now."""
    return (row.made_good_at or timezone.now()) - row.due_at


def broken_of(case: Case) -> QuerySet[Broken]:
    """All that broke in a case, for programs."""
    return Broken.objects.filter(case=case).select_related("owner").order_by("due_at", "id")


def next_moment(case: Case) -> datetime:
    """A new moment to begin with: what the standard promises whoever writes now, on a full quarter of an hour."""
    promise = promise_for(
        kind=case.kind,
        team=team_by_id(case.team_id),
        since=timezone.now(),
        version_id=case.standard_version_id,
        priority=case.priority,
    )
    over = timedelta(minutes=promise.next_word_by.minute % 15, seconds=promise.next_word_by.second)
    by = promise.next_word_by.replace(microsecond=0) - over
    return by if by > timezone.now() + timedelta(minutes=5) else by + timedelta(minutes=15)


# ── Promised in words ─────────────────────────────────────────────────────────────────────
def promised_by(case: Case, text: str, *, at: datetime) -> InWords | None:
    """What an answer of this text promises as it leaves ``at``, by the clock of the case's team.

    None when it promises nothing that could be taken, or what the case promises already.
    """
    found = promised_in(text, at=at, calendar=team_by_id(case.team_id).working_time)
    if found is None or found.due_at > at + LATEST:
        return None
    before = running(case, found.kind)
    if before is not None and (before.due_at == found.due_at or found.kind is not VowKind.NEXT_WORD):
        return None
    return found


def promised_words(case: Case, actor: Actor, text: str) -> str:
    """The same of an answer that is still being written, for its author; '' without it, or the right to promise."""
    if not text.strip() or not may(actor, "cases.promise") or case.is_closed:
        return ""
    now = timezone.now()
    found = promised_by(case, text, at=now)
    return f"{promise_words(found.kind)}, {when(found.due_at, now=now)}" if found else ""


def offers_of(case: Case) -> QuerySet[Offer]:
    """Those of a case that nobody has decided, for programs; the newest first."""
    return Offer.objects.filter(case=case, state=Offer.State.OPEN).order_by("-id")


def offer_by_id(pk: int, *, actor: Actor) -> Offer:
    """An offer in a case in sight. Raises ``Refusal('not_found')``."""
    rows = Offer.objects.select_related("case__owner", "case__customer", "letter")
    found = rows.filter(pk=pk, case__in=visible_to(actor).order_by().values("id")).first()
    if found is None:
        raise Refusal("not_found", "")
    return found


# ── For the customer ──────────────────────────────────────────────────────────────────────
def promised_to(case: Case, _link: str) -> dict[str, Any] | None:
    """The calls and visits that the customer was promised, as their page shows them."""
    if case.state == Case.State.SPAM or "merged_into" in case.custom:
        return None
    now = timezone.now()
    vows = [one for one in vows_of(case) if one.given_at is None and one.kind is not VowKind.NEXT_WORD]
    vows.sort(key=lambda one: one.due_at)
    told = [{"vow": one, "is_late": one.due_at < now, "zone": zone_words(case, at=one.due_at)} for one in vows]
    return {"case": case, "vows": told} if told else None


def kept_of(person: Person) -> dict[str, Any]:
    """What is kept of a person: promises to them that broke, in the cases that are taken out."""
    rows = Broken.objects.filter(case__in=person.cases).select_related("owner").order_by("due_at", "id")
    return {
        "broken_promises": [
            {
                "case": row.case_id,
                "kind": row.kind,
                "due_at": row.due_at,
                "given_at": row.made_good_at,
                "owner": row.owner.name,
                "word_at": row.word_at,
                "told_how": row.told_how,
            }
            for row in rows
        ]
    }
