"""What the voice does when something happens below."""

from otklik.cases.events import CaseSolved
from otklik.cases.models import Case
from otklik.customers.events import CustomerErased, CustomersMerged
from otklik.foundation.events import on
from otklik.voice.actions import ask_customer, erase_answers, move_questions


@on(CaseSolved)
def ask_the_customer(happened: CaseSolved) -> None:
    """Solved is our opinion: the customer is asked for theirs."""
    case = Case.objects.select_related("customer", "owner").get(pk=happened.case_id or 0)
    ask_customer(case=case, round_=happened.round)


@on(CustomerErased)
def forget_what_they_answered(happened: CustomerErased) -> None:
    if happened.customer_id is not None:
        erase_answers(customer_id=happened.customer_id)


@on(CustomersMerged)
def bring_questions_together(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        move_questions(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)
