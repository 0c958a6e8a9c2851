"""Forgetting a person, and joining two records of one person. Numbers, states and times stay."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from otklik.cases.actions.vowing import forget_what_about
from otklik.cases.models import FORGOTTEN, Alert, Case, CaseStep, CustomersWord, Draft, DraftFile
from otklik.cases.words import preview_of
from otklik.customers.actions import erase_customer
from otklik.customers.models import ContactPoint, Customer, FormerAddress
from otklik.customers.queries import contact_points
from otklik.foundation.actors import Actor, require
from otklik.foundation.files.keeping import forget_files
from otklik.foundation.http.kept_responses import forget_kept_responses
from otklik.foundation.manifest import Person
from otklik.foundation.modules import modules
from otklik.reach.actions import erase_addresses, erase_conversations, erase_words_of
from otklik.reach.models import Message
from otklik.team.actions.pins import forget_pins


@transaction.atomic
def erase_person(*, customer: Customer, actor: Actor) -> None:
    """Everything personal of one customer goes at once, also what is known only by their addresses. Not undoable.

    Stays: that there was a case, its number, state, owner, times and scores. Raises ``Refusal('not_allowed')``.
    """
    require(actor, "customers.erase")
    addresses = _addresses(customer)
    numbers = list(Case.objects.filter(customer=customer).values_list("id", flat=True))
    forget_kept_responses(customer_id=customer.pk, case_numbers=numbers, addresses=addresses)
    touched = list(Message.objects.filter(conversation__customer=customer).values_list("id", flat=True))
    erase_conversations(customer_id=customer.pk)
    touched += erase_words_of(addresses=addresses)
    forget_in_other_cases(message_ids=touched, customer_id=customer.pk)
    erase_addresses(addresses=addresses)
    erase_cases(customer_id=customer.pk)
    erase_customer(customer=customer, actor=actor)


def _addresses(customer: Customer) -> list[str]:
    """Mail and phone. What a channel calls them is known only together with its door, and goes with their talks."""
    former = FormerAddress.objects.filter(customer=customer).values_list("value", flat=True)
    return [*(point.value for point in contact_points(customer) if point.kind in ContactPoint.Kind), *former]


@transaction.atomic
def forget_in_other_cases(*, message_ids: Collection[int], customer_id: int) -> None:
    """What was derived of erased words in cases of other people (joined, or written into) is derived anew or goes."""
    cases = Case.objects.filter(threads__conversation__messages__in=message_ids).exclude(customer_id=customer_id)
    for case in cases.distinct().only("id"):
        said = Message.objects.filter(conversation__thread__case=case).exclude(direction=Message.Direction.NOTE)
        first, words = said.order_by("id").first(), said.exclude(text="").order_by("-id").first()
        changes: dict[str, str | None] = {"preview": preview_of(words.text) if words else ""}
        if first is not None and first.pk in message_ids:
            changes |= {"subject": "", "summary": "", "search": None}
        Case.objects.filter(pk=case.pk).update(**changes)


@transaction.atomic
def erase_cases(*, customer_id: int) -> None:
    """Forget what the cases of an erased customer said, and what each app keeps of the person. Safe to run twice."""
    cases = Case.objects.filter(customer_id=customer_id)
    waiting = list(DraftFile.objects.filter(draft__case__in=cases).values_list("file_id", flat=True))
    Draft.objects.filter(case__in=cases).delete()
    CaseStep.objects.filter(case__in=cases).exclude(because="").update(because=FORGOTTEN)
    forget_files(waiting)
    Alert.objects.filter(case__in=cases, seen_at=None).delete()
    person = Person(customer_id=customer_id, cases=list(cases.values_list("id", flat=True)))
    for module in modules():
        if module.erase:
            module.erase(person)
    customer = Customer.objects.get(pk=customer_id)
    forget_pins(
        rows={Customer: [customer_id], Case: person.cases}, words=[customer.name.strip(), *_addresses(customer)]
    )
    cases.update(subject="", preview="", summary="", organization=None, custom={}, tags=[], search=None)
    forget_what_about(cases)
    said = CustomersWord.objects.filter(Q(customer_id=customer_id) | Q(case__in=cases))
    said.exclude(words="").update(words="")


@transaction.atomic
def move_cases(*, from_customer_id: int, to_customer_id: int) -> None:
    """Two customers were one person: the cases follow; the words already said stay as they were written down."""
    Case.objects.filter(customer_id=from_customer_id).update(customer_id=to_customer_id, updated_at=timezone.now())
