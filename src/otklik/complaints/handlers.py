"""What complaints do when something happens to a case, a customer or a calendar."""

from otklik.cases.actions import objects_to_closing
from otklik.cases.events import CaseClosed, CaseEdited, CaseMerged, CaseReopened
from otklik.cases.models import CustomersWord
from otklik.complaints.actions import (
    acknowledge_by_itself,
    count_terms_anew,
    follow_case,
    follow_customer,
    hear_word,
    keep_open,
    unanswered_of_teams,
    write_to,
)
from otklik.complaints.events import ComplaintReceived, TouchedTold
from otklik.complaints.models import Complaint, Told
from otklik.customers.events import CustomersMerged
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.events.announcing import on
from otklik.team.events import TeamChanged, WorkingTimeChanged
from otklik.team.queries import teams_working_by

objects_to_closing(keep_open)

NOT_SATISFIED = frozenset({"customer_said_no", "words_contradict", "low_rating"})
"""Why a case comes back that mean: the customer does not accept what was done."""


@on(ComplaintReceived, when=lambda happened: happened.is_lodged)
def tell_the_number(happened: ComplaintReceived) -> None:
    acknowledge_by_itself(complaint=Complaint(pk=happened.complaint_id))


@on(TouchedTold)
def write_to_those_who_were_touched(happened: TouchedTold) -> None:
    """One after the other, each in a transaction of its own: stopped, it goes on where it was."""
    for told in Told.objects.filter(telling=happened.telling_id, state=Told.State.WAITING).order_by("id"):
        write_to(told)


@on(CaseClosed, when=lambda happened: happened.word_id is not None)
def hear_that_all_is_well(happened: CaseClosed) -> None:
    _hear(happened.case_id or 0, happened.word_id or 0, is_solved=True)


@on(CaseReopened, when=lambda happened: happened.reason in NOT_SATISFIED and happened.word_id is not None)
def hear_that_it_is_not(happened: CaseReopened) -> None:
    _hear(happened.case_id or 0, happened.word_id or 0, is_solved=False)


def _hear(case_id: int, word_id: int, *, is_solved: bool) -> None:
    """The complaint that the customer could mean: the last one of the case, as far as nothing newer was said."""
    complaint = Complaint.objects.filter(case_id=case_id).order_by("-id").first()
    word = CustomersWord.objects.get(pk=word_id)
    if complaint is None or CustomersWord.objects.filter(case_id=case_id, pk__gt=word_id).exists():
        return
    customer = Actor(kind=ActorKind.CUSTOMER, pk=word.customer_id)
    hear_word(complaint=complaint, actor=customer, is_solved=is_solved, words=word.words, word_id=word_id)


@on(CaseMerged, while_off=True)
def bring_the_complaints_along(happened: CaseMerged) -> None:
    follow_case(from_case_id=happened.from_case_id, to_case_id=happened.case_id or 0)


@on(CustomersMerged, while_off=True)
def bring_their_complaints_together(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        follow_customer(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)


@on(WorkingTimeChanged, when=lambda happened: happened.fields != ["name"])
def follow_the_calendar(happened: WorkingTimeChanged) -> None:
    _count_anew(teams_working_by(happened.working_time_id))


@on(TeamChanged, when=lambda happened: "working_time" in happened.fields)
def follow_the_teams_calendar(happened: TeamChanged) -> None:
    _count_anew([happened.team_id])


@on(CaseEdited, when=lambda happened: "team" in happened.fields)
def follow_the_other_team(happened: CaseEdited) -> None:
    for complaint in Complaint.objects.filter(case_id=happened.case_id or 0):
        count_terms_anew(complaint=complaint)


def _count_anew(team_ids: list[int]) -> None:
    for complaint in unanswered_of_teams(team_ids):
        count_terms_anew(complaint=complaint)
