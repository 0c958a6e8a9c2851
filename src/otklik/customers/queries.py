"""Finding people and what we know of them."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.accompanying import Accompanying, Managers, known_by, managers_among
from otklik.customers.models import ContactPoint, Customer, FormerAddress, Organization, Wishes
from otklik.customers.sight import in_sight, may_see_customer, not_found, seen_when
from otklik.foundation.actors import Actor
from otklik.foundation.database.compiled import Compiled, Given, GivenIds
from otklik.foundation.database.remembering import remembered
from otklik.foundation.errors import Refusal

__all__ = [
    "FORMER_KEPT",
    "Accompanying",
    "Managers",
    "addresses_to_tell",
    "bounce_of",
    "bounces_in",
    "by_address",
    "contact_points",
    "customer_by_id",
    "customer_now",
    "email_of",
    "found",
    "having",
    "in_sight",
    "is_closed",
    "known_by",
    "managers_among",
    "may_see_customer",
    "named_like",
    "newest_wishes",
    "opened_by",
    "organization_by_id",
    "organization_in_sight",
    "part_and_kind",
    "points_at_hand",
    "points_of",
    "points_waiting_for_notice",
    "seen_when",
    "tier_of",
    "tier_of_organization",
    "tiers",
    "wishes_written",
]

_FEWEST_DIGITS = 4
_LOCAL_DIGITS = 10

_by_address = Compiled(
    lambda: ContactPoint.objects.select_related("customer").filter(kind=Given("kind"), value=Given("value"))
)


def by_address(kind: str, value: str) -> Customer | None:
    """The person who owns a normalised address."""
    return next((point.customer for point in _by_address(kind=kind, value=value)), None)


def contact_points(customer: Customer) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(customer=customer).order_by("kind", "id")


_points = Compiled(lambda: ContactPoint.objects.filter(customer_id=Given("customer")).order_by("kind", "id"))


def points_at_hand(customer_id: int) -> list[ContactPoint]:
    """The same rows as ``contact_points``, for a page that is asked often."""
    return _points(customer=customer_id)


def bounces_in(points: Iterable[ContactPoint]) -> dict[str, str]:
    """Address → what ``bounce_of`` says of it, for mail addresses read already."""
    return {point.value: point.bounce for point in points if point.kind == ContactPoint.Kind.EMAIL}


def email_of(customer: Customer) -> str:
    """Their first mail address that does not bounce hard; '' when there is none."""
    usable = contact_points(customer).filter(kind=ContactPoint.Kind.EMAIL).exclude(bounce=ContactPoint.Bounce.HARD)
    return usable.values_list("value", flat=True).first() or ""


def customer_by_id(customer_id: int, *, actor: Actor) -> Customer:
    """Raises ``Refusal('not_found')`` alike for a customer who does not exist and one out of sight."""
    rows = Customer.objects.select_related("organization", "merged_into").filter(in_sight(actor))
    row = rows.filter(pk=customer_id).first()
    if row is None:
        raise not_found()
    return row


def customer_now(customer_id: int) -> QuerySet[Customer, int]:
    """The number of the record in which this one lives on (its own while it was not merged): a part of a question."""
    return Customer.objects.filter(pk=customer_id).values_list(Coalesce("merged_into_id", "id"), flat=True)


def found(words: str, *, actor: Actor) -> QuerySet[Customer]:
    """Living customers in sight whose name, address or organization has these words, newest first; all without words.

    Digits find a phone however it is written. Trigram indexes serve three letters and more.
    """
    part, is_phone = part_and_kind(words)
    rows = having(part, is_phone=is_phone) if part else _living().order_by("-id")
    return rows.filter(in_sight(actor))


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
        theirs = Organization.objects.filter(name__icontains=part)
        ids = ids.union(
            _living().filter(name__icontains=part).values("id"), _living().filter(organization__in=theirs).values("id")
        )
    return _living().filter(pk__in=ids).order_by("-id")


def _living() -> QuerySet[Customer]:
    return Customer.objects.filter(erased_at=None, merged_into=None)


_LIKE = """
    SELECT customer.id FROM customers_customer customer
    LEFT JOIN customers_organization organization ON organization.id = customer.organization_id
    WHERE customer.erased_at IS NULL AND customer.merged_into_id IS NULL
      AND (customer.id IN (SELECT id FROM customers_customer WHERE upper(name) %%> %(words)s)
           OR customer.organization_id IN (SELECT id FROM customers_organization WHERE upper(name) %%> %(words)s))
    ORDER BY greatest(word_similarity(%(words)s, upper(customer.name)),
                      coalesce(word_similarity(%(words)s, upper(organization.name)), 0)) DESC, customer.id DESC
    LIMIT %(most)s
"""
_ALIKE = 0.4
"""One wrong letter in a name of six letters gives 0.57 near its end and 0.43 near its beginning, in one of five 0.5."""


def named_like(words: str, *, most: int) -> list[Customer]:
    """Living customers whose name, or whose organization's, is like these words, the nearest first."""
    words = " ".join(words.split()).upper()
    if not words:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(_ALIKE)])
        cursor.execute(_LIKE, {"words": words, "most": most})
        order = [pk for (pk,) in cursor.fetchall()]
    known = Customer.objects.in_bulk(order)
    return [known[pk] for pk in order]


FORMER_KEPT = timedelta(days=30)
"""How long an address that staff removed is still told of what happens to the others."""


def addresses_to_tell(point: ContactPoint) -> list[str]:
    """Other mail addresses of the same person, also lately removed ones, which a letter may reach."""
    others = ContactPoint.objects.filter(customer_id=point.customer_id, kind=point.kind).exclude(pk=point.pk)
    usable = others.exclude(bounce=ContactPoint.Bounce.HARD).order_by("id").values_list("value", flat=True)
    former = FormerAddress.objects.filter(customer_id=point.customer_id, removed_at__gt=timezone.now() - FORMER_KEPT)
    lately = former.exclude(value=point.value).order_by("id").values_list("value", flat=True)
    return list(dict.fromkeys([*usable, *lately]))


def points_waiting_for_notice(customer_id: int) -> list[ContactPoint]:
    return list(ContactPoint.objects.filter(customer_id=customer_id, waits_for_notice=True).order_by("id"))


def opened_by(email: str) -> Customer | None:
    """Whose pages a code sent to this normalised address opens; nobody's while the others have not been told of it."""
    points = ContactPoint.objects.select_related("customer").filter(kind="email", value=email, waits_for_notice=False)
    return next((point.customer for point in points), None)


_bounces = Compiled(
    lambda: ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, value=Given("email")).values_list("bounce")
)


def bounce_of(email: str) -> str:
    """'', 'soft' or 'hard': what we know of letters to this address."""
    return next((bounce for (bounce,) in _bounces(email=email.lower())), "")


def is_closed(kind: str, value: str) -> bool:
    """Whether they want no more words by this way, or it exists no longer."""
    return ContactPoint.objects.filter(kind=kind, value=value, bounce=ContactPoint.Bounce.HARD).exists()


_addresses = Compiled(
    lambda: (
        ContactPoint.objects.filter(customer_id__in=GivenIds("customers"))
        .order_by("-id")
        .values_list("customer_id", "kind", "value")
    )
)


def points_of(customer_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Customer id → kind → their first address of that kind."""
    found: dict[int, dict[str, str]] = {}
    for customer_id, kind, value in _addresses(customers=list(set(customer_ids))):
        found.setdefault(customer_id, {})[kind] = value
    return found


def organizations(words: str) -> QuerySet[Organization]:
    """In no order; ``words`` are a part of the name or the domain."""
    rows = Organization.objects.all()
    if words.strip():
        rows = rows.filter(name__icontains=words.strip()) | rows.filter(domain__icontains=words.strip())
    return rows


def living_customer(customer_id: int, *, actor: Actor) -> Customer:
    """A customer in sight who is neither erased nor merged away. Raises ``Refusal('not_found')``."""
    row = customer_by_id(customer_id, actor=actor)
    if row.erased_at or row.merged_into_id:
        raise Refusal("not_found", _("There is no such customer."))
    return row


@remembered(seconds=5)
def tier_of_organization(pk: int) -> str:
    return Organization.objects.filter(pk=pk).values_list("tier", flat=True).first() or ""


def tier_of(customer: Customer) -> str:
    """What the customer is to the house: their own tier, else their organization's, else ''."""
    if customer.tier or customer.organization_id is None:
        return customer.tier
    return tier_of_organization(customer.organization_id)


def tiers() -> list[str]:
    """Every tier that somebody has, by the alphabet."""
    theirs = Customer.objects.exclude(tier="").values_list("tier", flat=True).distinct()
    return sorted({*theirs, *Organization.objects.exclude(tier="").values_list("tier", flat=True)})


def organization_by_id(pk: int | None) -> Organization | None:
    """None for None. Raises ``Refusal('organization_unknown')``."""
    row = Organization.objects.filter(pk=pk).first() if pk is not None else None
    if pk is not None and row is None:
        text = _("There is no such organization.")
        raise Refusal("organization_unknown", text, fields={"organization": text})
    return row


def organization_in_sight(pk: int) -> Organization:
    """Every organization is seen by all who serve; its people are not. Raises ``Refusal('not_found')``."""
    row = Organization.objects.filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("There is no such organization."))
    return row


_wishes = Compiled(lambda: Wishes.objects.filter(customer_id=Given("customer")).order_by("-number")[:1])


def newest_wishes(customer_id: int) -> Wishes | None:
    """How this person likes to be served; None while nobody has said anything of it."""
    return next(iter(_wishes(customer=customer_id)), None)


def wishes_written(customer_id: int) -> list[Wishes]:
    """Everything that was ever written of it, in its order."""
    return list(Wishes.objects.filter(customer_id=customer_id).order_by("number"))
