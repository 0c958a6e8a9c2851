"""What is kept of a person: moved with their cases and records, and forgotten with them."""

from django.db import transaction
from django.db.models import Q

from otklik.complaints.models import Complaint, ProblemCase, Step, Told
from otklik.foundation.manifest import Person

_WORDS = ("remedy_sought", "happened", "answer", "reason", "prevention", "root_cause")


@transaction.atomic
def forget_complaints(person: Person) -> None:
    """The words of an erased customer go, and what was written about them; numbers, stages and dates stay."""
    theirs = Complaint.objects.filter(Q(customer_id=person.customer_id) | Q(case__customer_id=person.customer_id))
    Step.objects.filter(complaint__in=theirs).exclude(words="").update(words="")
    theirs.filter(is_forgotten=False).update(is_forgotten=True, **dict.fromkeys(_WORDS, ""))


def follow_case(*, from_case_id: int, to_case_id: int) -> None:
    """Two cases became one: complaints of the other go with it, and the problems that it shows."""
    Complaint.objects.filter(case_id=from_case_id).update(case_id=to_case_id)
    known = ProblemCase.objects.filter(case_id=to_case_id).values("problem_id")
    ProblemCase.objects.filter(case_id=from_case_id, problem_id__in=known).delete()
    ProblemCase.objects.filter(case_id=from_case_id).update(case_id=to_case_id)
    Told.objects.filter(case_id=from_case_id).update(case_id=to_case_id)


def follow_customer(*, from_customer_id: int, to_customer_id: int) -> None:
    """Two records were one person."""
    Complaint.objects.filter(customer_id=from_customer_id).update(customer_id=to_customer_id)
    known = Told.objects.filter(customer_id=to_customer_id).values("problem")
    Told.objects.filter(customer_id=from_customer_id).exclude(problem__in=known).update(customer_id=to_customer_id)
