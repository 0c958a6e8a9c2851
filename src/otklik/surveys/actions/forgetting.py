"""What is forgotten with a person, and what follows them."""

from django.db.models import Q
from django.utils import timezone

from otklik.foundation.database.transactions import in_one
from otklik.foundation.manifest import Person
from otklik.surveys.models import Answer, Invitation, Silence, Sitting, Turn
from otklik.surveys.queries import seals_of


@in_one
def forget_answers(person: Person) -> None:
    """Their own words go and their links stop working; scores stay, without a name. Asked twice it finds nothing."""
    asked = Invitation.objects.filter(customer_id=person.customer_id)
    theirs = Q(customer_id=person.customer_id) | Q(seal__in=seals_of(list(asked.values_list("pk", flat=True))))
    sittings = Sitting.objects.filter(theirs)
    ids = list(sittings.values_list("pk", flat=True))
    Answer.objects.filter(sitting__in=ids).exclude(words="").delete()
    Sitting.objects.filter(pk__in=ids).update(customer=None, invitation=None, seal="")
    asked.update(remind_at=None)
    asked.filter(expires_at__gt=timezone.now()).update(expires_at=timezone.now())


@in_one
def move_answers(*, from_customer_id: int, to_customer_id: int) -> None:
    """Two customers were one person: answers, invitations, turns and the longer of two silences follow."""
    Sitting.objects.filter(customer_id=from_customer_id).update(customer_id=to_customer_id)
    Invitation.objects.filter(customer_id=from_customer_id).update(customer_id=to_customer_id)
    Turn.objects.filter(customer_id=from_customer_id).update(customer_id=to_customer_id)
    for one in Silence.objects.filter(customer_id=from_customer_id):
        kept, is_new = Silence.objects.get_or_create(
            customer_id=to_customer_id, family=one.family, defaults={"until": one.until}
        )
        if not is_new and kept.until is not None and (one.until is None or one.until > kept.until):
            Silence.objects.filter(pk=kept.pk).update(until=one.until)
        one.delete()
