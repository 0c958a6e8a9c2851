"""Two identities turn out to be one person, both proven by themselves."""

from django.db import transaction
from django.utils import timezone

from otklik.customers.actions.people import merge_customers
from otklik.customers.events import IdentityJoined
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.events.announcing import announce


@transaction.atomic
def join_identity(*, customer: Customer, kind: str, value: str, actor: Actor) -> ContactPoint | None:
    """An identity that its channel has proven is this customer's, too; None when that is for a person to decide.

    A record that knows nothing but such identities is taken in; one with a letter box or a phone stays by itself.
    """
    point, is_new = ContactPoint.objects.get_or_create(
        kind=kind, value=value, defaults={"customer": customer, "verified_at": timezone.now()}
    )
    if point.customer_id == customer.pk and not is_new:
        return point
    if point.customer_id != customer.pk:
        usual = [ContactPoint.Kind.EMAIL, ContactPoint.Kind.PHONE]
        if ContactPoint.objects.filter(customer=point.customer_id, kind__in=usual).exists():
            return None
        merge_customers(into=customer, other=point.customer, actor=SYSTEM)
        point.refresh_from_db()
    announce(IdentityJoined(customer_id=customer.pk, contact_point_id=point.pk), actor=actor)
    return point
