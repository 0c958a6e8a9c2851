"""Finding people and what we know of them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from otklik.customers.models import ContactPoint, Customer


def by_address(kind: str, value: str) -> Customer | None:
    """The person who owns a normalised address."""
    point = ContactPoint.objects.select_related("customer").filter(kind=kind, value=value).first()
    return point.customer if point else None


def contact_points(customer: Customer) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(customer=customer).order_by("kind", "id")


def email_of(customer: Customer) -> str:
    """Their first mail address that does not bounce hard; '' when there is none."""
    usable = contact_points(customer).filter(kind=ContactPoint.Kind.EMAIL).exclude(bounce=ContactPoint.Bounce.HARD)
    return usable.values_list("value", flat=True).first() or ""


def bounce_of(email: str) -> str:
    """'', 'soft' or 'hard': what we know of letters to this address."""
    return ContactPoint.objects.filter(kind="email", value=email.lower()).values_list("bounce", flat=True).first() or ""


def points_of(customer_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Customer id → kind → their first address of that kind."""
    rows = ContactPoint.objects.filter(customer_id__in=set(customer_ids)).order_by("-id")
    found: dict[int, dict[str, str]] = {}
    for customer_id, kind, value in rows.values_list("customer_id", "kind", "value"):
        found.setdefault(customer_id, {})[kind] = value
    return found
