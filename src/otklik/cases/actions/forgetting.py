"""Forgetting a person, and joining two records of one person. Numbers, states and times stay."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.cases.models import Alert, Case, CustomersWord, Draft, DraftFile
from otklik.customers.actions import erase_customer
from otklik.customers.models import Customer
from otklik.customers.queries import contact_points
from otklik.foundation.actors import Actor, require
from otklik.foundation.answered import forget_answers
from otklik.foundation.files import forget_files
from otklik.knowledge.actions import forget_visits
from otklik.reach.actions import erase_addresses, erase_conversations


@transaction.atomic
def erase_person(*, customer: Customer, actor: Actor) -> None:
    """Everything personal of one customer goes at once, also what is known only by their addresses. Not undoable.

    Stays: that there was a case, its number, state, owner, times and scores. Raises ``Refusal('not_allowed')``.
    """
    require(actor, "customers.erase")
    addresses = [point.value for point in contact_points(customer)]
    numbers = list(Case.objects.filter(customer=customer).values_list("id", flat=True))
    forget_answers(customer_id=customer.pk, case_numbers=numbers, addresses=addresses)
    erase_conversations(customer_id=customer.pk)
    erase_addresses(addresses=addresses)
    erase_cases(customer_id=customer.pk)
    erase_customer(customer=customer, actor=actor)


@transaction.atomic
def erase_cases(*, customer_id: int) -> None:
    """Forget what the cases of an erased customer said. Safe to run twice."""
    cases = Case.objects.filter(customer_id=customer_id)
    waiting = list(DraftFile.objects.filter(draft__case__in=cases).values_list("file_id", flat=True))
    Draft.objects.filter(case__in=cases).delete()
    forget_files(waiting)
    Alert.objects.filter(case__in=cases, seen_at=None).delete()
    forget_visits(case_ids=list(cases.values_list("id", flat=True)))
    cases.update(subject=_("Erased"), preview="", summary="", organization=None, custom={}, tags=[], search=None)
    said = CustomersWord.objects.filter(Q(customer_id=customer_id) | Q(case__in=cases))
    said.exclude(words="").update(words="")


@transaction.atomic
def move_cases(*, from_customer_id: int, to_customer_id: int) -> None:
    """Two customers were one person: the cases follow; the words already said stay as they were written down."""
    Case.objects.filter(customer_id=from_customer_id).update(customer_id=to_customer_id)
