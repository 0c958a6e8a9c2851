"""A person turns to us: known, or met now."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.actions.addresses import add_contact_point, normalise
from otklik.customers.actions.organizations import FREE_MAIL
from otklik.customers.events import CustomerMet
from otklik.customers.models import ContactPoint, Customer
from otklik.customers.queries import by_address
from otklik.customers.sight import may_see_customer
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce


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
        INSERT INTO customers_contactpoint (customer_id, kind, value, verified_at, bounce, created_at)
        VALUES (nextval(pg_get_serial_sequence('customers_customer', 'id')), %(kind)s, %(value)s, %(verified_at)s, '',
                %(now)s)
        ON CONFLICT (kind, value) DO NOTHING RETURNING customer_id
    )
    INSERT INTO customers_customer
        (id, name, organization_id, role_there, language, time_zone, remembered, custom, created_at)
    SELECT customer_id, %(name)s, (SELECT id FROM customers_organization WHERE domain = %(domain)s AND domain <> ''),
           '', %(language)s, '', '', '{}', %(now)s
    FROM point
    RETURNING *
"""


def _meet(*, kind: str, value: str, name: str, language: str, is_verified: bool) -> Customer | None:
    """A person and their first address in one statement; None when the address is known by now."""
    domain, now = value.rpartition("@")[2] if kind == ContactPoint.Kind.EMAIL else "", timezone.now()
    values = {
        "kind": kind,
        "value": value,
        "now": now,
        "verified_at": now if is_verified else None,
        "name": name[:200],
        "domain": "" if domain in FREE_MAIL else domain,
        "language": language or "ru",
    }
    for customer in Customer.objects.raw(_MEET, values):
        announce(CustomerMet(customer_id=customer.pk), actor=SYSTEM)
        return customer
    return None


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
    known = by_address(kind, normalise(kind, value))
    if known is not None and not may_see_customer(actor, known):
        raise Refusal("not_allowed", _("This customer is known, but you may not see them. Ask your lead."))
    is_new = known is None
    customer = identify(kind=kind, value=value, name=name, language=language)
    if email and phone:
        add_contact_point(customer=customer, kind=ContactPoint.Kind.PHONE, value=phone, actor=actor)
    return customer, is_new


@in_one
def meet_stranger(*, name: str, language: str = "") -> Customer:
    """Somebody who told at most a name, such as at a counter; nothing of theirs joins them with anybody."""
    customer = Customer.objects.create(name=name.strip()[:200], language=language or "ru")
    announce(CustomerMet(customer_id=customer.pk), actor=SYSTEM)
    return customer
