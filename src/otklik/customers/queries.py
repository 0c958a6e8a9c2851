"""Finding people and what we know of them."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.compiled import Compiled, Given
from otklik.foundation.errors import Refusal

_FEWEST_DIGITS = 4
_LOCAL_DIGITS = 10


def by_address(kind: str, value: str) -> Customer | None:
    """The person who owns a normalised address."""
    point = ContactPoint.objects.select_related("customer").filter(kind=kind, value=value).first()
    return point.customer if point else None


def contact_points(customer: Customer) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(customer=customer).order_by("kind", "id")


_points = Compiled(lambda: ContactPoint.objects.filter(customer_id=Given("customer")).order_by("kind", "id"))


def points_at_hand(customer_id: int) -> list[ContactPoint]:
    """The same rows as ``contact_points``, for a page that is asked often."""
    return _points(customer=customer_id)


def email_of(customer: Customer) -> str:
    """Their first mail address that does not bounce hard; '' when there is none."""
    usable = contact_points(customer).filter(kind=ContactPoint.Kind.EMAIL).exclude(bounce=ContactPoint.Bounce.HARD)
    return usable.values_list("value", flat=True).first() or ""


def customer_by_id(customer_id: int) -> Customer:
    """Raises ``Refusal('not_found')``."""
    row = Customer.objects.select_related("organization", "merged_into").filter(pk=customer_id).first()
    if row is None:
        raise Refusal("not_found", _("There is no such customer."))
    return row


def found(words: str) -> QuerySet[Customer]:
    """Living customers whose name or address has these words in it, newest first; all when there are none.

    Digits find a phone however it is written. Trigram indexes serve three letters and more.
    """
    part, is_phone = part_and_kind(words)
    return having(part, is_phone=is_phone) if part else _living().order_by("-id")


def part_and_kind(words: str) -> tuple[str, bool]:
    """What ``having`` looks for, and whether it is a phone."""
    words = " ".join(words.split())
    digits = "".join(letter for letter in words if letter.isdecimal())
    is_phone = len(digits) >= _FEWEST_DIGITS and not any(letter.isalpha() for letter in words)
    return (digits[-_LOCAL_DIGITS:] if is_phone else words), is_phone


def having(part: str | Given, *, is_phone: bool) -> QuerySet[Customer]:
    """Living customers with this part of an address or, if it is no phone, of their name; newest first."""
    ids = ContactPoint.objects.filter(value__icontains=part).values("customer_id")
    if not is_phone:
        ids = ids.union(_living().filter(name__icontains=part).values("id"))
    return _living().filter(pk__in=ids).order_by("-id")


def _living() -> QuerySet[Customer]:
    return Customer.objects.filter(erased_at=None, merged_into=None)


def bounce_of(email: str) -> str:
    """'', 'soft' or 'hard': what we know of letters to this address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bounce FROM customers_contactpoint WHERE kind = 'email' AND value = %s", [email.lower()])
        row = cursor.fetchone()
    return row[0] if row else ""


def points_of(customer_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Customer id → kind → their first address of that kind."""
    rows = ContactPoint.objects.filter(customer_id__in=set(customer_ids)).order_by("-id")
    found: dict[int, dict[str, str]] = {}
    for customer_id, kind, value in rows.values_list("customer_id", "kind", "value"):
        found.setdefault(customer_id, {})[kind] = value
    return found
