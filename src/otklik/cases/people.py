"""Reading for the pages of people: one person's file, an organization's people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from otklik.cases.models import Case, CustomersWord
from otklik.cases.queries import SPAM, custom_fields, visible_to
from otklik.customers.models import ContactPoint, Customer, Organization
from otklik.customers.queries import contact_points, in_sight, tier_of
from otklik.foundation.actors import Actor
from otklik.foundation.http.paging import Page, number_after, page_of
from otklik.reach.models import GateRefusal
from otklik.reach.reasons import why_not_sent
from otklik.team.models import Manager
from otklik.team.queries import manager_of, managers_of

CASES = 50
REFUSALS = 20
PEOPLE = 50


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A case with the last word its customer said of it, None when they said none."""

    case: Case
    word: CustomersWord | None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A letter that was not sent, and why in words."""

    row: GateRefusal
    because: str


@dataclass(frozen=True, kw_only=True)
class CustomerFile:
    """Everything about one person that the actor may see."""

    points: Sequence[ContactPoint]
    cases: Page[CaseLine]
    refused: Sequence[Refused]
    tier: str
    managers: Sequence[Manager]
    facts: Sequence[tuple[str, Any]]


def file_of(customer: Customer, actor: Actor, *, after: str = "") -> CustomerFile:
    facts = [(field.name, customer.custom.get(field.key)) for field in custom_fields("customer")]
    refused = GateRefusal.objects.filter(customer=customer).order_by("-id")[:REFUSALS]
    return CustomerFile(
        points=list(contact_points(customer)),
        cases=_cases(customer, actor, after),
        refused=[Refused(row=row, because=why_not_sent(row.step)) for row in refused],
        tier=tier_of(customer),
        managers=managers_of(customer),
        facts=[(name, value) for name, value in facts if value not in (None, "")],
    )


def _cases(customer: Customer, actor: Actor, after: str) -> Page[CaseLine]:
    rows = visible_to(actor).filter(~SPAM, customer=customer).select_related("owner").order_by("-id")
    if after:
        rows = rows.filter(pk__lt=number_after(after))
    page = page_of(list(rows[: CASES + 1]), size=CASES, key=lambda case: [case.pk])
    said = CustomersWord.objects.filter(case__in=[case.pk for case in page.items]).order_by("id")
    last = {word.case_id: word for word in said}
    return Page(items=[CaseLine(case=case, word=last.get(case.pk)) for case in page.items], next=page.next)


def of_organization(organization: Organization, actor: Actor) -> dict[str, Any]:
    """``people`` and ``cases`` of its page, the newest of each, and its personal ``manager``."""
    living = Customer.objects.filter(in_sight(actor), organization=organization, erased_at=None, merged_into=None)
    cases = visible_to(actor).filter(~SPAM, customer__organization=organization).select_related("owner", "customer")
    return {
        "manager": manager_of(organization),
        "people": list(living.prefetch_related("contact_points").order_by("-id")[:PEOPLE]),
        "cases": list(cases.order_by("-id")[:CASES]),
    }
