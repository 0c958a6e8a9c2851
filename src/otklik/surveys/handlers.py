"""What surveys do when something happens below."""

from django.utils import timezone

from otklik.cases.events import CaseClosed
from otklik.customers.events import CustomersMerged
from otklik.foundation.events.announcing import on
from otklik.reach.events import MessageSent, MessageUndelivered
from otklik.surveys.actions import move_answers, note_arrived, note_end_of_case
from otklik.surveys.letters import INVITATION, REMINDER


@on(CaseClosed)
def plan_to_ask(happened: CaseClosed) -> None:
    """Surveys that ask at the end of cases have their turn once the chosen time has passed."""
    note_end_of_case(case_id=happened.case_id or 0, outcome=happened.outcome, now=timezone.now())


@on(MessageSent, when=lambda happened: happened.purpose in {INVITATION, REMINDER})
def note_that_it_was_handed_over(happened: MessageSent) -> None:
    note_arrived(message_id=happened.message_id, is_there=True)


@on(MessageUndelivered)
def note_that_it_came_back(happened: MessageUndelivered) -> None:
    note_arrived(message_id=happened.message_id, is_there=False)


@on(CustomersMerged, while_off=True)
def bring_answers_together(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        move_answers(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)
