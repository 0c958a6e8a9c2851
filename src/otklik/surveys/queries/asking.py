"""Who is to be asked, who was, who was not and why; and what came of low scores."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.queries import visible_to
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.surveys.definition import Words
from otklik.surveys.models import AskingList, DayNote, Invitation, Plan, Silence, Sitting, Survey, Turn, Version

_MOST_LISTS = 20


def plan_of(survey: Survey) -> Plan:
    """How it asks by itself; one that nobody has changed is not kept, and asks nobody."""
    return Plan.objects.filter(survey=survey).first() or Plan(survey=survey)


# ── What is due ───────────────────────────────────────────────────────────────────────────
def due_turns(now: datetime) -> QuerySet[Turn]:
    return Turn.objects.filter(done_at=None, due_at__lte=now).order_by("due_at", "id")


def due_plans(now: datetime) -> QuerySet[Plan]:
    """Schedules of surveys that are asked."""
    rows = Plan.objects.filter(next_at__lte=now, survey__closed_at=None, survey__versions__state="live")
    return rows.order_by("id")


def due_for_reminder(now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(remind_at__lte=now).order_by("remind_at", "id")


# ── For the manager ───────────────────────────────────────────────────────────────────────
def turns(survey: Survey, *, rule: str = "", list_id: int | None = None) -> QuerySet[Turn]:
    """Everybody who was asked, who was not, and who waits; ``rule``: 'asked', 'waits', 'not' or one of ``Rule``."""
    rows = Turn.objects.filter(survey=survey).select_related("customer", "invitation", "list", "case")
    rows = rows.defer("case__search")
    if list_id is not None:
        rows = rows.filter(list_id=list_id)
    if rule == "asked":
        return rows.filter(invitation__isnull=False)
    if rule == "waits":
        return rows.filter(done_at=None)
    if rule == "not":
        return rows.exclude(rule="")
    return rows.filter(rule=rule) if rule else rows


def outcomes(survey: Survey, *, list_id: int | None = None) -> Mapping[str, int]:
    """How many were asked ('asked'), still wait ('waits'), and were passed over by which rule."""
    rows = turns(survey, list_id=list_id).order_by()
    found = rows.values("rule").annotate(
        many=Count("pk"),
        asked=Count("pk", filter=Q(invitation__isnull=False)),
        waits=Count("pk", filter=Q(done_at=None)),
    )
    counted: Counter[str] = Counter()
    for row in found:
        if row["rule"]:
            counted[row["rule"]] += row["many"]
        else:
            counted["asked"] += row["asked"]
            counted["waits"] += row["waits"]
    return counted


def lists(survey: Survey) -> list[AskingList]:
    """The last files that were taken in, each with its ``lines``."""
    rows = AskingList.objects.filter(survey=survey).select_related("by").annotate(lines=Count("turns"))
    return list(rows.order_by("-id")[:_MOST_LISTS])


def list_by_id(survey: Survey, list_id: int) -> AskingList:
    """Raises ``Refusal('not_found')``."""
    found = AskingList.objects.filter(survey=survey, pk=list_id).first()
    if found is None:
        raise Refusal("not_found", _("There is no such list."))
    return found


# ── For the customer ──────────────────────────────────────────────────────────────────────
_MOST_SHOWN = 50


def asked_of(customer_id: int) -> list[Turn]:
    """When this person was asked and when they were not, the last first."""
    rows = Turn.objects.filter(customer_id=customer_id, done_at__isnull=False).exclude(rule="twice")
    return list(rows.select_related("survey", "invitation").order_by("-id")[:_MOST_SHOWN])


def titles_of(ids: Collection[int]) -> Mapping[int, Words]:
    """What surveys are called where customers see them, as they were last published."""
    rows = Version.objects.filter(survey__in=ids, published_at__isnull=False).order_by("number")
    return {survey_id: source.get("title", {}) for survey_id, source in rows.values_list("survey_id", "definition")}


def silences_now(customer_id: int) -> list[Silence]:
    """Of what they do not want to be asked now."""
    rows = Silence.objects.filter(customer_id=customer_id).filter(Q(until=None) | Q(until__gt=timezone.now()))
    return list(rows.order_by("family"))


# ── Low scores ────────────────────────────────────────────────────────────────────────────
def low_scores(survey: Survey, actor: Actor) -> QuerySet[Sitting]:
    """Sittings that opened a case or brought one back, of cases in sight, with what was answered."""
    rows = Sitting.objects.filter(version__survey=survey, case__isnull=False)
    if not actor.sees_all:
        rows = rows.filter(case__in=visible_to(actor).order_by().values("id"))
    rows = rows.select_related("case__owner", "case__word", "customer", "version").defer("case__search")
    return rows.prefetch_related("answers")


def low_score_of(case_id: int) -> Sitting | None:
    """The last answers for which this case was opened or came back."""
    rows = Sitting.objects.filter(case_id=case_id).select_related("version__survey")
    return rows.prefetch_related("answers").order_by("-at").first()


# ── Notes of the house ────────────────────────────────────────────────────────────────────
def day_notes() -> QuerySet[DayNote]:
    return DayNote.objects.select_related("by").order_by("-day", "-id")


def note_by_id(note_id: int) -> DayNote:
    """Raises ``Refusal('not_found')``."""
    found = DayNote.objects.filter(pk=note_id).first()
    if found is None:
        raise Refusal("not_found", _("This is no longer here."))
    return found
