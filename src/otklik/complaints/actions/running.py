"""Terms that run: begun with the complaint, counted anew with the calendar, told of before and after they end."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from otklik.complaints.actions.record import about, change, held_complaint, tell_leads, tell_owner
from otklik.complaints.deadlines import end_of
from otklik.complaints.events import TermsChanged
from otklik.complaints.models import UNANSWERED, Complaint, RunningTerm, Term
from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce


def begin_terms(complaint: Complaint, terms: Iterable[Term]) -> None:
    """Exactly these terms run for a held complaint; one that ran already keeps its end and what was told of it."""
    wanted = {term.pk: term for term in terms}
    complaint.terms.exclude(term__in=wanted).delete()
    for term in wanted.values():
        RunningTerm.objects.get_or_create(complaint=complaint, term=term, defaults={"due_at": _end(complaint, term)})
    settle_nearest(complaint)


def settle_nearest(complaint: Complaint) -> None:
    """``answer_by``: the end of the nearest term while an answer is due."""
    nearest = complaint.terms.order_by("due_at").values_list("due_at", flat=True).first()
    due = nearest if complaint.stage in UNANSWERED else None
    if complaint.answer_by != due:
        change(complaint, answer_by=due)


def _end(complaint: Complaint, term: Term) -> datetime:
    starts = {Term.Starts.RECEIVED: complaint.received_at, Term.Starts.REGISTERED: complaint.registered_at}
    return end_of(term, starts[Term.Starts(term.starts)], complaint.case.team.working_time)


@in_one
def count_terms_anew(*, complaint: Complaint) -> None:
    """After a change of the calendar or the team: what is not answered is due when it is due now; safe to run twice."""
    complaint = held_complaint(complaint)
    if complaint.stage not in UNANSWERED:
        return
    has_moved = False
    for running in complaint.terms.select_related("term"):
        due_at = _end(complaint, running.term)
        if due_at != running.due_at:
            has_moved = True
            RunningTerm.objects.filter(pk=running.pk).update(due_at=due_at, warned_at=None, missed_at=None)
    if has_moved:
        settle_nearest(complaint)
        announce(TermsChanged(**about(complaint), because="calendar"), actor=SYSTEM)


def unanswered_of_teams(team_ids: Collection[int]) -> QuerySet[Complaint]:
    return Complaint.objects.filter(case__team__in=team_ids, stage__in=UNANSWERED).order_by("id")


# ── As time passes ────────────────────────────────────────────────────────────────────────
def tell_of_hearing(*, complaint: Complaint) -> None:
    """The customer was told when they hear from us: whoever owes them that word is reminded of each moment once."""
    source = f"{complaint.pk}:{complaint.hear_by:%Y-%m-%dT%H:%M}"
    tell_owner(complaint, "complaints.hear", source=source, actor=SYSTEM)
    if complaint.against_id == complaint.case.owner_id:
        tell_leads(complaint, "complaints.hear", source=source, actor=SYSTEM)


@in_one
def tell_of_term(*, running: RunningTerm, now: datetime) -> None:
    """The owner hears that a term ends soon; once it is over, the leads hear it, too. Safe to run twice.

    Of a complaint about the owner the leads hear both.
    """
    complaint = held_complaint(running.complaint)
    row = RunningTerm.objects.filter(pk=running.pk).first()
    if row is None or complaint.stage not in UNANSWERED:
        return
    source = f"{complaint.pk}:{row.term_id}:{row.due_at.date().isoformat()}"
    is_about_owner = complaint.against_id == complaint.case.owner_id
    if row.due_at <= now and row.missed_at is None:
        RunningTerm.objects.filter(pk=row.pk).update(missed_at=now, warned_at=row.warned_at or now)
        tell_owner(complaint, "complaints.missed", source=source, actor=SYSTEM)
        tell_leads(complaint, "complaints.missed", source=source, actor=SYSTEM)
    elif row.due_at > now and row.warned_at is None:
        RunningTerm.objects.filter(pk=row.pk).update(warned_at=now)
        tell_owner(complaint, "complaints.due", source=source, actor=SYSTEM)
        if is_about_owner:
            tell_leads(complaint, "complaints.due", source=source, actor=SYSTEM)
