"""What is personal of calls goes with the person; that there was a talk, and when, stays with its case."""

from otklik.calls.actions.recording import forget_recordings
from otklik.calls.models import Call, CallBack
from otklik.customers.models import ContactPoint
from otklik.foundation.manifest import Person


def forget_calls(person: Person) -> None:
    """Numbers and recordings of an erased person, in their cases and wherever their numbers called."""
    numbers = ContactPoint.objects.filter(customer=person.customer_id, kind="phone").values_list("value", flat=True)
    theirs = Call.objects.filter(talk__case__customer=person.customer_id) | Call.objects.filter(phone__in=list(numbers))
    rows = list(theirs.values_list("id", "recording_id"))
    forget_recordings(rows)
    Call.objects.filter(pk__in=[pk for pk, _file in rows]).update(phone="")
    CallBack.objects.filter(case__customer=person.customer_id).update(phone="")
