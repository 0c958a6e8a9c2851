"""What goes with a person: every word. That something was given, what it cost and when, stays in the ledger."""

from django.db import transaction

from otklik.foundation.manifest import Person
from otklik.goodwill.models import Gesture, SaidNo


@transaction.atomic
def forget_words(person: Person) -> None:
    """Words about an erased person go; may be asked twice."""
    Gesture.objects.filter(case__in=person.cases).update(reason="", words="", decision="", reversed_because="")
    SaidNo.objects.filter(case__in=person.cases).update(reason="")
