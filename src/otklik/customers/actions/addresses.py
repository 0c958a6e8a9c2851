"""The addresses of a person: how they are written, whose they are, and whether letters to them arrive."""

from collections.abc import Iterable
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.events import AddressBounced, AddressVouched, CustomerEdited, WayClosed, WayOpened
from otklik.customers.models import ContactPoint, Customer, FormerAddress
from otklik.customers.queries import addresses_to_tell
from otklik.customers.sight import require_customer
from otklik.foundation.actors import SYSTEM, Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce


def normalise(kind: str, value: str) -> str:
    """The one way an address is written here. Raises ``Refusal('email_invalid' | 'phone_invalid' | 'identity_empty')``.

    What is neither mail nor phone belongs to a channel, which has normalised it: it is taken as it is.
    """
    value = value.strip()
    if kind == ContactPoint.Kind.EMAIL:
        return _mail(value)
    if kind == ContactPoint.Kind.PHONE:
        return _phone(value)
    if not value:
        raise Refusal("identity_empty", _("There is nothing by which this person could be known again."))
    return value


def _mail(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError as error:
        text = _("This does not look like an e-mail address, for example ivan@mail.example.")
        raise Refusal("email_invalid", text, fields={"email": text}) from error
    return value.lower()


def _phone(value: str) -> str:
    try:
        number = phonenumbers.parse(value, "RU")
    except phonenumbers.NumberParseException as error:
        raise _phone_refused() from error
    if not phonenumbers.is_possible_number(number):
        raise _phone_refused()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _phone_refused() -> Refusal:
    text = _("This does not look like a phone number, for example +7 900 555-01-42.")
    return Refusal("phone_invalid", text, fields={"phone": text})


@transaction.atomic
def add_contact_point(*, customer: Customer, kind: str, value: str, actor: Actor) -> ContactPoint:
    """Raises ``Refusal('address_taken')`` when another person has it."""
    require_customer(actor, "customers.edit", customer)
    value = normalise(kind, value)
    point, is_new = ContactPoint.objects.get_or_create(kind=kind, value=value, defaults={"customer": customer})
    if point.customer_id != customer.pk:
        raise Refusal("address_taken", _("This address already belongs to another customer."))
    if is_new:
        announce(CustomerEdited(customer_id=customer.pk, fields=["contact_points"]), actor=actor)
        _have_told(point, actor)
    return point


def _have_told(point: ContactPoint, actor: Actor) -> None:
    """What staff says of an address opens nothing until the addresses known before have been told of it by letter."""
    if actor.kind is ActorKind.SYSTEM or point.kind != ContactPoint.Kind.EMAIL or not addresses_to_tell(point):
        return
    ContactPoint.objects.filter(pk=point.pk).update(waits_for_notice=True)
    announce(AddressVouched(customer_id=point.customer_id, contact_point_id=point.pk), actor=actor)


def have_been_told(*, contact_point_ids: Iterable[int]) -> None:
    """The other addresses know of these: their own code opens the door now."""
    ContactPoint.objects.filter(pk__in=list(contact_point_ids)).update(waits_for_notice=False)


@transaction.atomic
def remove_contact_point(*, point: ContactPoint, actor: Actor) -> None:
    """Forget one address of a customer; what was said by it stays."""
    require_customer(actor, "customers.edit", point.customer)
    if ContactPoint.objects.filter(pk=point.pk).delete()[0]:
        if point.kind == ContactPoint.Kind.EMAIL:
            FormerAddress.objects.create(customer_id=point.customer_id, value=point.value)
        announce(CustomerEdited(customer_id=point.customer_id, fields=["contact_points"]), actor=actor)


@transaction.atomic
def mark_contact_point(
    *, point: ContactPoint, actor: Actor, is_verified: bool | None = None, lives: bool = False
) -> None:
    """Say that an address is proven to be theirs (or not), or that letters to it arrive again."""
    require_customer(actor, "customers.edit", point.customer)
    changes: dict[str, Any] = {}
    if is_verified is not None:
        changes["verified_at"] = timezone.now() if is_verified else None
    if lives:
        changes |= {"bounce": "", "bounced_at": None}
    if changes and ContactPoint.objects.filter(pk=point.pk).update(**changes):
        announce(CustomerEdited(customer_id=point.customer_id, fields=["contact_points"]), actor=actor)
        if is_verified:
            _have_told(point, actor)


@transaction.atomic
def record_bounce(*, email: str, is_hard: bool) -> ContactPoint | None:
    """Mark an address whose letters come back; a soft bounce never softens a hard one."""
    point = ContactPoint.objects.select_for_update().filter(kind="email", value=email.lower()).first()
    if point is None:
        return None
    if is_hard or point.bounce != ContactPoint.Bounce.HARD:
        point.bounce = ContactPoint.Bounce.HARD if is_hard else ContactPoint.Bounce.SOFT
        point.bounced_at = timezone.now()
        point.save(update_fields=["bounce", "bounced_at"])
    happened = AddressBounced(customer_id=point.customer_id, contact_point_id=point.pk, is_hard=is_hard)
    announce(happened, actor=SYSTEM)
    return point


def forget_bounce(*, email: str) -> None:
    """A letter from this address has come: it lives."""
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, value=email.lower())
    points.exclude(bounce="").update(bounce="")


@transaction.atomic
def close_way(*, kind: str, value: str) -> None:
    """Its owner wants no more words by this way, or it exists no longer. Safe to run twice."""
    hard = ContactPoint.Bounce.HARD
    points = ContactPoint.objects.filter(kind=kind, value=value)
    if points.exclude(bounce=hard).update(bounce=hard, bounced_at=timezone.now()):
        point = points.get()
        announce(WayClosed(customer_id=point.customer_id, contact_point_id=point.pk), actor=SYSTEM)


@transaction.atomic
def open_way(*, kind: str, value: str) -> None:
    """Words arrive by this way again. Safe to run twice."""
    points = ContactPoint.objects.filter(kind=kind, value=value)
    if points.exclude(bounce="").update(bounce="", bounced_at=None):
        point = points.get()
        announce(WayOpened(customer_id=point.customer_id, contact_point_id=point.pk), actor=SYSTEM)
