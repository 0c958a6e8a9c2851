"""How the customer is asked whether a case is solved: whoever knows the answer page stands above, and says it here."""

from django.utils import translation

from otklik.cases.letters import Asking, Written
from otklik.cases.models import Case
from otklik.reach.models import Conversation

_askers: list[Asking] = []


def asks_the_customer(asking: Asking) -> Asking:
    """Register who words the question; it is asked in the transaction that solves the case, in the customer's language.

    A reaction would come too late: the question is a part of the letter that says what was done.
    """
    _askers[:] = [asking]
    return asking


def question_to(case: Case, conversation: Conversation) -> Written:
    """The letter that says what was done (``case.summary``) and asks whether the matter is solved."""
    [asking] = _askers
    with translation.override(case.customer.language):
        return asking(case, conversation)
