"""What is known about a person: changed, merged, taken out, erased."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.actions.organizations import clean_tier
from otklik.customers.actions.wishes import follow_the_name, forget_wishes, join_wishes
from otklik.customers.events import CustomerEdited, CustomerErased, CustomerExported, CustomersMerged
from otklik.customers.models import AddressProof, ContactPoint, Customer, FormerAddress
from otklik.customers.sight import require_customer
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce

_NOTHING_KNOWN: Final[Mapping[str, Any]] = {
    "name": "", "organization": None, "role_there": "", "tier": "", "time_zone": "", "remembered": "", "custom": {},
    "addressed_as": "",
}  # fmt: skip


@transaction.atomic
def edit_customer(*, customer: Customer, actor: Actor, changes: Mapping[str, Any]) -> Customer:
    """Change any of name, organization, role_there, tier, language, time_zone, remembered, custom."""
    require_customer(actor, "customers.edit", customer)
    allowed = {"name", "organization", "role_there", "tier", "language", "time_zone", "remembered", "custom"}
    if "tier" in changes:
        changes = {**changes, "tier": clean_tier(changes["tier"])}
    changed = sorted(field for field in changes if field in allowed and getattr(customer, field) != changes[field])
    if not changed:
        return customer
    was = customer.name
    for field in changed:
        setattr(customer, field, changes[field])
    customer.save(update_fields=changed)
    if "name" in changed:
        follow_the_name(customer=customer, was=was, actor=actor)
    announce(CustomerEdited(customer_id=customer.pk, fields=changed), actor=actor)
    return customer


@transaction.atomic
def merge_customers(*, into: Customer, other: Customer, actor: Actor) -> None:
    """``other`` is the same person: addresses move at once, cases and letters when the apps above hear of it.

    What ``into`` does not know is taken from ``other``; notes of both stay. Raises
    ``Refusal('same_customer' | 'customer_gone')``.
    """
    for one in (into, other):
        require_customer(actor, "customers.edit", one)
    if into.pk == other.pk:
        text = _("Choose another customer: this is the same one.")
        raise Refusal("same_customer", text, fields={"other": text})
    both = {
        row.pk: row for row in Customer.objects.select_for_update().filter(pk__in=[into.pk, other.pk]).order_by("pk")
    }
    into, other = both[into.pk], both[other.pk]
    if any(row.erased_at or row.merged_into_id for row in both.values()):
        text = _("One of them is erased or merged already.")
        raise Refusal("customer_gone", text, fields={"other": text})
    emails = ContactPoint.objects.filter(customer__in=[into, other], kind=ContactPoint.Kind.EMAIL)
    if actor.kind is not ActorKind.SYSTEM and emails.values("customer").distinct().count() > 1:
        emails.update(waits_for_notice=True)
    ContactPoint.objects.filter(customer=other).update(customer=into)
    FormerAddress.objects.filter(customer=other).update(customer=into)
    for field in ("name", "organization", "role_there", "tier", "time_zone"):
        setattr(into, field, getattr(into, field) or getattr(other, field))
    into.custom = {**other.custom, **into.custom}
    into.remembered = "\n".join(filter(None, [into.remembered, other.remembered]))
    into.addressed_as = join_wishes(into=into, other=other, actor=actor)
    into.save()
    Customer.objects.filter(merged_into=other).update(merged_into=into)
    Customer.objects.filter(pk=other.pk).update(**_NOTHING_KNOWN, merged_into=into)
    announce(CustomersMerged(customer_id=into.pk, from_customer_id=other.pk), actor=actor)


def note_export(*, customer: Customer, actor: Actor) -> None:
    """Write down who takes the personal data out. Raises ``Refusal('not_allowed')``."""
    require_customer(actor, "customers.export", customer)
    announce(CustomerExported(customer_id=customer.pk), actor=actor)


@transaction.atomic
def erase_customer(*, customer: Customer, actor: Actor) -> None:
    """Remove personal data in place; apps above remove theirs when they hear ``CustomerErased``. Not undoable.

    ``cases.actions.erase_person`` does all of it at once, also what is known only by the address.
    """
    require_customer(actor, "customers.erase", customer)
    points = ContactPoint.objects.filter(customer=customer)
    AddressProof.objects.filter(address__in=list(points.values_list("value", flat=True))).delete()
    points.delete()
    FormerAddress.objects.filter(customer=customer).delete()
    forget_wishes(customer_id=customer.pk)
    Customer.objects.filter(pk=customer.pk).update(**_NOTHING_KNOWN, erased_at=timezone.now())
    Customer.objects.filter(merged_into=customer).update(erased_at=timezone.now())
    announce(CustomerErased(customer_id=customer.pk), actor=actor)
