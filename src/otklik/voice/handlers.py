"""What the voice does when something happens below."""

from otklik.cases.events import CaseSolved
from otklik.cases.models import Case
from otklik.foundation.events import on
from otklik.voice.actions import ask_customer


@on(CaseSolved)
def ask_the_customer(happened: CaseSolved) -> None:
    """Solved is our opinion: the customer is asked for theirs."""
    case = Case.objects.select_related("customer", "owner").get(pk=happened.case_id or 0)
    ask_customer(case=case, round_=happened.round)
