"""The only writer of people and their addresses."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.events import (
    AddressBounced,
    CustomerEdited,
    CustomerErased,
    CustomerExported,
    CustomerMet,
    CustomersMerged,
    OrganizationChanged,
)
from otklik.customers.models import AddressProof, ContactPoint, Customer, Organization
from otklik.customers.queries import by_address
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events import announce
from otklik.foundation.transactions import in_one

_FREE_MAIL = frozenset(
    [
        "mail.ru",
        "bk.ru",
        "inbox.ru",
        "list.ru",
        "internet.ru",
        "yandex.ru",
        "ya.ru",
        "yandex.com",
        "gmail.com",
        "rambler.ru",
        "outlook.com",
        "hotmail.com",
        "icloud.com",
        "me.com",
        "yahoo.com",
        "proton.me",
        "vk.com",
    ]
)


def normalise(kind: str, value: str) -> str:
    """The one way an address is written here. Raises ``Refusal('email_invalid' | 'phone_invalid')``."""
    value = value.strip()
    if kind == ContactPoint.Kind.EMAIL:
        try:
            validate_email(value)
        except ValidationError as error:
            text = _("This does not look like an e-mail address, for example ivan@mail.example.")
            raise Refusal("email_invalid", text, fields={"email": text}) from error
        return value.lower()
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


@in_one
def identify(*, kind: str, value: str, name: str = "", language: str = "", is_verified: bool = False) -> Customer:
    """The person behind an address: known, or met now. Safe against two letters arriving at once."""
    value = normalise(kind, value)
    known = by_address(kind, value)
    if known is None:
        met = _meet(kind=kind, value=value, name=name, language=language, is_verified=is_verified)
        if met is not None:
            return met
        known = by_address(kind, value)
        assert known is not None  # another letter was quicker
    if is_verified:
        ContactPoint.objects.filter(kind=kind, value=value, verified_at=None).update(verified_at=timezone.now())
    if name and not known.name and known.erased_at is None:
        known.name = name[:200]
        Customer.objects.filter(pk=known.pk, name="").update(name=known.name)
    return known


_MEET = """
    WITH point AS (
        INSERT INTO customers_contactpoint (customer_id, kind, value, verified_at, bounce)
        VALUES (nextval(pg_get_serial_sequence('customers_customer', 'id')), %(kind)s, %(value)s, %(verified_at)s, '')
        ON CONFLICT (kind, value) DO NOTHING RETURNING customer_id
    )
    INSERT INTO customers_customer (id, name, organization_id, role_there, language, time_zone, remembered, custom)
    SELECT customer_id, %(name)s, (SELECT id FROM customers_organization WHERE domain = %(domain)s AND domain <> ''),
           '', %(language)s, '', '', '{}'
    FROM point
    RETURNING *
"""


def _meet(*, kind: str, value: str, name: str, language: str, is_verified: bool) -> Customer | None:
    """A person and their first address in one statement; None when the address is known by now."""
    domain = value.rpartition("@")[2] if kind == ContactPoint.Kind.EMAIL else ""
    values = {
        "kind": kind,
        "value": value,
        "verified_at": timezone.now() if is_verified else None,
        "name": name[:200],
        "domain": "" if domain in _FREE_MAIL else domain,
        "language": language or "ru",
    }
    for customer in Customer.objects.raw(_MEET, values):
        announce(CustomerMet(customer_id=customer.pk), actor=SYSTEM)
        return customer
    return None


@transaction.atomic
def add_contact_point(*, customer: Customer, kind: str, value: str, actor: Actor) -> ContactPoint:
    """Raises ``Refusal('address_taken')`` when another person has it."""
    require(actor, "customers.edit")
    value = normalise(kind, value)
    point, is_new = ContactPoint.objects.get_or_create(kind=kind, value=value, defaults={"customer": customer})
    if point.customer_id != customer.pk:
        raise Refusal("address_taken", _("This address already belongs to another customer."))
    if is_new:
        announce(CustomerEdited(customer_id=customer.pk, fields=["contact_points"]), actor=actor)
    return point


@transaction.atomic
def edit_customer(*, customer: Customer, actor: Actor, changes: Mapping[str, Any]) -> Customer:
    """Change any of name, organization, role_there, language, time_zone, remembered, custom."""
    require(actor, "customers.edit")
    allowed = {"name", "organization", "role_there", "language", "time_zone", "remembered", "custom"}
    changed = sorted(field for field in changes if field in allowed and getattr(customer, field) != changes[field])
    if not changed:
        return customer
    for field in changed:
        setattr(customer, field, changes[field])
    customer.save(update_fields=changed)
    announce(CustomerEdited(customer_id=customer.pk, fields=changed), actor=actor)
    return customer


@transaction.atomic
def found_organization(*, name: str, actor: Actor, domain: str = "") -> Organization:
    require(actor, "customers.edit")
    if not name.strip():
        raise Refusal("name_missing", _("Give the organization a name."), fields={"name": _("A name is missing.")})
    domain = _free_domain(domain, None)
    organization = Organization.objects.create(name=name.strip(), domain=domain)
    announce(OrganizationChanged(organization_id=organization.pk, fields=["name", "domain"]), actor=actor)
    return organization


@transaction.atomic
def edit_organization(*, organization: Organization, name: str, domain: str, actor: Actor) -> Organization:
    """Change name and domain; people who write from the domain later belong to it by themselves."""
    require(actor, "customers.edit")
    if not name.strip():
        raise Refusal("name_missing", _("Give the organization a name."), fields={"name": _("A name is missing.")})
    values = {"name": name.strip(), "domain": _free_domain(domain, organization)}
    changed = [field for field, value in values.items() if getattr(organization, field) != value]
    if changed:
        Organization.objects.filter(pk=organization.pk).update(**values)
        announce(OrganizationChanged(organization_id=organization.pk, fields=changed), actor=actor)
    return Organization.objects.get(pk=organization.pk)


def _free_domain(domain: str, organization: Organization | None) -> str:
    """The domain as it is kept. Raises ``Refusal('domain_taken' | 'domain_public')``."""
    domain = domain.strip().lower().removeprefix("@")
    if domain in _FREE_MAIL:
        text = _("Everybody can have an address at %(domain)s, so it says nothing about the organization.")
        raise Refusal("domain_public", text % {"domain": domain}, fields={"domain": text % {"domain": domain}})
    others = Organization.objects.exclude(pk=organization.pk if organization else 0)
    if domain and others.filter(domain=domain).exists():
        text = _("Another organization already has this domain.")
        raise Refusal("domain_taken", text, fields={"domain": text})
    return domain


CODE_LIVES = timedelta(minutes=10)
_MOST_TRIES = 5


@transaction.atomic
def make_code(*, email: str) -> tuple[AddressProof, str]:
    """A new one-time code of six digits for an address, known or not; earlier codes of the address stop working."""
    email = normalise("email", email)
    AddressProof.objects.filter(address=email, used_at=None).update(used_at=timezone.now())
    code = f"{secrets.randbelow(1_000_000):06}"
    proof = AddressProof.objects.create(
        address=email, digest=_digest_of(email, code), expires_at=timezone.now() + CODE_LIVES
    )
    return proof, code


def check_code(*, email: str, code: str) -> Customer:
    """The customer whose address this is, now verified. Raises ``Refusal('code_wrong' | 'code_spent')``.

    Each try counts at once and for good: after five, or ten minutes, only a new code helps.
    """
    email = normalise("email", email)
    now = timezone.now()
    alive = AddressProof.objects.filter(address=email, used_at=None, expires_at__gt=now, tries__lt=_MOST_TRIES)
    proof = alive.order_by("-id").first()
    if proof is None or not alive.filter(pk=proof.pk).update(tries=F("tries") + 1):
        text = _("This code is no longer valid. Ask for a new one, it comes at once.")
        raise Refusal("code_spent", text, fields={"code": text})
    digits = "".join(letter for letter in code if letter.isdecimal())
    owner = by_address("email", email)
    is_right = hmac.compare_digest(proof.digest, _digest_of(email, digits))
    if not is_right or owner is None or not AddressProof.objects.filter(pk=proof.pk, used_at=None).update(used_at=now):
        text = _("This is not the code from the letter. Compare the six digits.")
        raise Refusal("code_wrong", text, fields={"code": text})
    ContactPoint.objects.filter(kind="email", value=email, verified_at=None).update(verified_at=now)
    return owner


def forget_old_codes() -> None:
    AddressProof.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()


def _digest_of(email: str, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"code:{email}:{code}".encode(), hashlib.sha256).hexdigest()


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


_FORGET_BOUNCE = "UPDATE customers_contactpoint SET bounce = '' WHERE kind = 'email' AND value = %s AND bounce <> ''"


def forget_bounce(*, email: str) -> None:
    """A letter from this address has come: it lives."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_BOUNCE, [email.lower()])


@transaction.atomic
def remove_contact_point(*, point: ContactPoint, actor: Actor) -> None:
    """Forget one address of a customer; what was said by it stays."""
    require(actor, "customers.edit")
    if ContactPoint.objects.filter(pk=point.pk).delete()[0]:
        announce(CustomerEdited(customer_id=point.customer_id, fields=["contact_points"]), actor=actor)


@transaction.atomic
def mark_contact_point(
    *, point: ContactPoint, actor: Actor, is_verified: bool | None = None, lives: bool = False
) -> None:
    """Say that an address is proven to be theirs (or not), or that letters to it arrive again."""
    require(actor, "customers.edit")
    changes: dict[str, Any] = {}
    if is_verified is not None:
        changes["verified_at"] = timezone.now() if is_verified else None
    if lives:
        changes |= {"bounce": "", "bounced_at": None}
    if changes and ContactPoint.objects.filter(pk=point.pk).update(**changes):
        announce(CustomerEdited(customer_id=point.customer_id, fields=["contact_points"]), actor=actor)


@transaction.atomic
def merge_customers(*, into: Customer, other: Customer, actor: Actor) -> None:
    """``other`` is the same person: addresses move at once, cases and letters when the apps above hear of it.

    What ``into`` does not know is taken from ``other``; notes of both stay. Raises
    ``Refusal('same_customer' | 'customer_gone')``.
    """
    require(actor, "customers.edit")
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
    ContactPoint.objects.filter(customer=other).update(customer=into)
    for field in ("name", "organization", "role_there", "time_zone"):
        setattr(into, field, getattr(into, field) or getattr(other, field))
    into.custom = {**other.custom, **into.custom}
    into.remembered = "\n".join(filter(None, [into.remembered, other.remembered]))
    into.save()
    Customer.objects.filter(merged_into=other).update(merged_into=into)
    Customer.objects.filter(pk=other.pk).update(
        name="", organization=None, role_there="", time_zone="", remembered="", custom={}, merged_into=into
    )
    announce(CustomersMerged(customer_id=into.pk, from_customer_id=other.pk), actor=actor)


def note_export(*, customer: Customer, actor: Actor) -> None:
    """Write down who takes the personal data out. Raises ``Refusal('not_allowed')``."""
    require(actor, "customers.export")
    announce(CustomerExported(customer_id=customer.pk), actor=actor)


@transaction.atomic
def erase_customer(*, customer: Customer, actor: Actor) -> None:
    """Remove personal data in place; apps above remove theirs when they hear ``CustomerErased``. Not undoable.

    ``cases.actions.erase_person`` does all of it at once, also what is known only by the address.
    """
    require(actor, "customers.erase")
    points = ContactPoint.objects.filter(customer=customer)
    AddressProof.objects.filter(address__in=list(points.values_list("value", flat=True))).delete()
    points.delete()
    Customer.objects.filter(pk=customer.pk).update(
        name="", organization=None, role_there="", time_zone="", remembered="", custom={}, erased_at=timezone.now()
    )
    Customer.objects.filter(merged_into=customer).update(erased_at=timezone.now())
    announce(CustomerErased(customer_id=customer.pk), actor=actor)


@transaction.atomic
def meet_customer(*, name: str, email: str, phone: str, language: str, actor: Actor) -> tuple[Customer, bool]:
    """The customer with these addresses and whether they are new; a known one keeps what we know.

    Raises ``Refusal('customer_missing' | 'email_invalid' | 'phone_invalid' | 'address_taken')``.
    """
    require(actor, "customers.edit")
    if not email and not phone:
        text = _("Give an e-mail address or a phone number.")
        raise Refusal("customer_missing", text, fields={"email": text})
    kind, value = (ContactPoint.Kind.EMAIL, email) if email else (ContactPoint.Kind.PHONE, phone)
    is_new = by_address(kind, normalise(kind, value)) is None
    customer = identify(kind=kind, value=value, name=name, language=language)
    if email and phone:
        add_contact_point(customer=customer, kind=ContactPoint.Kind.PHONE, value=phone, actor=actor)
    return customer, is_new
