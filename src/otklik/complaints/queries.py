"""Complaints in sight, what waits for whom, and what a customer is shown of theirs."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import conversation_ids, may_see, visible_to
from otklik.complaints.deadlines import closing_after
from otklik.complaints.labels import DECISIONS, STAGES
from otklik.complaints.models import (
    FINISHED,
    Complaint,
    Decision,
    Fix,
    Problem,
    ProblemCase,
    Stage,
    Step,
    Term,
    Told,
    Way,
)
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.manifest import Found, Person
from otklik.foundation.policies import policy
from otklik.reach.models import Delivery, Message
from otklik.reach.queries import messages_of

_MOST_FOUND = 5
_NUMBER = re.compile(r"(?:жалоба|complaint)?\s*(?:№|#|no\.?)?\s*([0-9]{1,17})", re.IGNORECASE)
_PEOPLE = ("against", "investigator", "acknowledged_by", "decided_by", "registered_by")


def complaints(actor: Actor) -> QuerySet[Complaint]:
    """Those of cases in sight, with what a list shows of them; none of spam."""
    rows = Complaint.objects.select_related("case__owner", "customer", *_PEOPLE).defer("case__search")
    rows = rows.exclude(case__state=Case.State.SPAM)
    return rows if actor.sees_all else rows.filter(case__in=visible_to(actor).order_by().values("id"))


def complaint_by_number(number: int, *, actor: Actor) -> Complaint:
    """Raises ``Refusal('not_found')`` alike for what does not exist and what is out of sight."""
    rows = Complaint.objects.select_related("case__team__working_time", "case__customer", "case__owner", "customer")
    rows = rows.select_related(*_PEOPLE, "standard", "problem").prefetch_related("terms__term").defer("case__search")
    found = rows.filter(pk=number).first() if number <= BigIntegerField.MAX_BIGINT else None
    if found is None or not may_see(actor, found.case):
        raise _not_found()
    return found


def complaint_of_case(case: Case, *, actor: Actor) -> Complaint:
    """The last one of a case. Raises ``Refusal('not_found')``."""
    last = Complaint.objects.filter(case=case).order_by("-id").values_list("id", flat=True).first()
    if last is None:
        raise _not_found()
    return complaint_by_number(last, actor=actor)


def _not_found() -> Refusal:
    return Refusal("not_found", _("There is no such complaint, or you may not see it."))


def waiting_for(actor: Actor, _now: datetime) -> QuerySet[Complaint]:
    """What this agent owes the next step of: as the owner of the case, or as whoever looks into it."""
    mine = Q(case__owner_id=actor.pk) | Q(investigator_id=actor.pk)
    rest = [*FINISHED, Stage.ANSWERED]
    return Complaint.objects.filter(mine).exclude(stage__in=rest).exclude(case__state=Case.State.SPAM)


def record_of(complaint: Complaint) -> QuerySet[Step]:
    """What was done, oldest first."""
    return complaint.steps.select_related("agent").order_by("id")


def letters_of(complaint: Complaint) -> list[Message]:
    """What customer and house wrote to each other about the case, oldest first, without notes."""
    rows = messages_of(conversation_ids(complaint.case)).exclude(direction=Message.Direction.NOTE)
    return list(rows.select_related("agent").order_by("id"))


def standard_terms() -> QuerySet[Term]:
    """Terms that can be chosen, those of every complaint first."""
    return Term.objects.filter(is_active=True).order_by("-is_default", "days", "id")


def ways() -> QuerySet[Way]:
    """Where else customers can turn, in the order of the house."""
    return Way.objects.filter(is_active=True).order_by("position", "id")


def promised(complaint: Complaint) -> datetime:
    """When the customer hears from us if nobody says otherwise; not after the nearest term that still runs."""
    calendar, now = complaint.case.team.working_time, timezone.now()
    usual = closing_after(now, int(policy("complaints.hear_within_days")), calendar)
    by = complaint.answer_by
    return min(usual, by) if by is not None and by > now else usual


def number_names(ids: Collection[int]) -> Mapping[int, str]:
    return {pk: _("Complaint No. %(number)d") % {"number": pk} for pk in ids}


def in_sight(actor: Actor) -> QuerySet[Complaint]:
    """For pins."""
    return complaints(actor)


# ── Problems ──────────────────────────────────────────────────────────────────────────────
def problems() -> QuerySet[Problem]:
    """All of them, with how many complaints and cases show each, and how many complaints came after it was fixed."""
    shows = Complaint.objects.filter(problem=OuterRef("pk")).order_by().values("problem")
    after = shows.filter(received_at__gt=OuterRef("fixed_at"))
    cases = ProblemCase.objects.filter(problem=OuterRef("pk")).order_by().values("problem")
    return Problem.objects.select_related("owner", "standard").annotate(
        complaint_count=_counted(shows), came_again=_counted(after), case_count=_counted(cases)
    )


def _counted(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(many=Count("pk")).values("many")), 0)


def touched_by(problem: Problem) -> list[Case]:
    """The last case of each customer who was touched and has not been told yet, oldest first; none of spam."""
    shown = Q(pk__in=ProblemCase.objects.filter(problem=problem).values("case"))
    shown |= Q(pk__in=Complaint.objects.filter(problem=problem).values("case"))
    told = Told.objects.filter(problem=problem).values("customer")
    rows = Case.objects.filter(shown).exclude(customer__in=told).exclude(state=Case.State.SPAM)
    rows = rows.select_related("customer", "owner").defer("search").order_by("customer", "-id").distinct("customer")
    return sorted(rows, key=lambda case: case.pk)


def told_of(problem: Problem) -> Mapping[str, int]:
    """How many customers were told, by what became of their letter; a letter that did not arrive is ``lost``."""
    rows = Told.objects.filter(problem=problem)
    found = dict(rows.order_by().values_list("state").annotate(many=Count("pk")))
    letters = rows.filter(letter_id__isnull=False).values("letter_id")
    failed = Delivery.objects.filter(message__in=letters, state__in=[Delivery.State.FAILED, Delivery.State.BOUNCED])
    return {**dict.fromkeys(Told.State.values, 0), **found, "lost": failed.values("message").distinct().count()}


def fix_by_id(pk: int, *, problem: Problem) -> Fix:
    """Raises ``Refusal('not_found')``."""
    if (row := Fix.objects.filter(pk=pk, problem=problem).first()) is None:
        raise Refusal("not_found", _("This is no longer here."))
    return row


def problem_by_id(pk: int) -> Problem:
    """As ``problems`` has it. Raises ``Refusal('not_found')``."""
    if (row := problems().filter(pk=pk).first()) is None:
        raise Refusal("not_found", _("There is no such problem."))
    return row


def problems_in_sight(_actor: Actor) -> QuerySet[Problem]:
    """For pins: whoever handles complaints sees every problem, but of what shows it only their own."""
    return Problem.objects.all()


def open_problems() -> QuerySet[Problem]:
    """Those that a complaint or a case can be said to show, what is in work before what is mended."""
    return Problem.objects.order_by("fixed_at", "title")


def complaints_showing(problem: Problem, actor: Actor) -> QuerySet[Complaint]:
    """Complaints in sight that show a problem, newest first."""
    return complaints(actor).filter(problem=problem).order_by("-received_at", "-id")


def cases_showing(problem: Problem, actor: Actor) -> QuerySet[ProblemCase]:
    """Cases in sight that show a problem, the last linked first."""
    rows = ProblemCase.objects.filter(problem=problem).select_related("case__customer").defer("case__search")
    return (rows if actor.sees_all else rows.filter(case__in=visible_to(actor).order_by().values("id"))).order_by("-id")


# ── For the case's pages ──────────────────────────────────────────────────────────────────
def beside_case(case: Case, _actor: Actor) -> Mapping[str, Any] | None:
    """The last complaint of a case; None where there is none."""
    row = Complaint.objects.filter(case_id=case.pk).order_by("-id").first()
    if row is None:
        return None
    is_late = row.answer_by is not None and row.answer_by <= timezone.now()
    return {"complaint": row, "stage": STAGES[Stage(row.stage)], "last_day": row.last_day, "is_late": is_late}


def beside_customer(case: Case, link: str) -> Mapping[str, Any] | None:
    """What the customer sees of their last complaint of this case, and the way to a new one."""
    if case.state == Case.State.SPAM:
        return None
    row = Complaint.objects.filter(case_id=case.pk, customer_id=case.customer_id).order_by("-id").first()
    if row is None:
        return {"complaint": None, "link": link, "may_lodge": True}
    return {
        "complaint": row,
        "stage": STAGES[Stage(row.stage)],
        "decision": DECISIONS[Decision(row.decision)] if row.decision else "",
        "last_day": row.last_day,
        "ways": ways() if row.stage in {Stage.REFUSED, Stage.EXHAUSTED} else (),
        "link": link,
        "may_lodge": row.is_finished,
    }


# ── Of people ─────────────────────────────────────────────────────────────────────────────
def found(text: str, actor: Actor) -> Sequence[Found]:
    """By number, or by words of what is sought or happened."""
    words, number = text.strip(), _NUMBER.fullmatch(text.strip())
    by = Q(remedy_sought__icontains=words) | Q(happened__icontains=words)
    if number is not None:
        by = Q(pk=int(number[1]))
    rows = complaints(actor).filter(by).order_by("-id")[:_MOST_FOUND]
    return [
        Found(title=f"{_('No. %(number)d') % {'number': row.pk}} · {row.remedy_sought[:80]}", url=url_of(row))
        for row in rows
    ]


def url_of(complaint: Complaint) -> str:
    return reverse("complaints:complaint", args=[complaint.pk])


def complaints_of(person: Person) -> dict[str, Any]:
    """As it is taken out with the person's data."""
    rows = Complaint.objects.filter(customer_id=person.customer_id, case__in=person.cases).order_by("id")
    told = ("id", "case_id", "stage", "remedy_sought", "happened", "received_at", "decision", "answer", "reason")
    steps = Step.objects.filter(complaint__in=rows).order_by("id")
    return {
        "complaints": list(rows.values(*told, "prevention", "answered_at")),
        "complaint_steps": list(steps.filter(is_customers=True).values("complaint_id", "what", "words", "at")),
    }
