"""Who is signed in, and the cases they may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.errors import Refusal
from otklik.foundation.paging import Page, decode_cursor, page_of
from otklik.foundation.signing import seal, unseal
from otklik.portal.queries.case import state_words
from otklik.portal.queries.house import Face, face

SESSION_LIVES = timedelta(days=14)
_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Mine:
    """A signed-in customer and the address they proved."""

    customer: Customer
    email: str


def sign_in_word(customer: Customer, email: str) -> str:
    return seal("my", [customer.pk, email])


def signed_in(request: HttpRequest) -> Mine | None:
    """Who proved an address here; nobody once the address has another owner or the customer is erased."""
    try:
        customer_id, email = unseal("my", request.COOKIES.get("otk_my", ""), max_age=SESSION_LIVES)
    except Refusal:
        return None
    points = ContactPoint.objects.select_related("customer")
    point = points.filter(kind="email", value=email, customer_id=customer_id, customer__erased_at=None).first()
    return Mine(customer=point.customer, email=email) if point else None


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    number: int
    subject: str
    state: str
    tone: str
    owner: Face
    at: datetime
    link: str


def my_cases(customer: Customer, *, after: str = "") -> Page[CaseRow]:
    """All their cases, newest first. Raises ``Refusal('cursor_invalid')``."""
    cases = Case.objects.filter(customer=customer).exclude(custom__has_key="merged_into")
    if after:
        cases = cases.filter(pk__lt=_number(after))
    rows = list(cases.select_related("owner__photo").defer("search").order_by("-id")[: _PAGE + 1])
    page = page_of(rows, size=_PAGE, key=lambda case: [case.pk])
    return Page(items=[_row(case) for case in page.items], next=page.next)


def _number(cursor: str) -> int:
    values: list[Any] = decode_cursor(cursor)
    if len(values) != 1 or not isinstance(values[0], int):
        raise Refusal("cursor_invalid", _("This page address is not complete."))
    return values[0]


def _row(case: Case) -> CaseRow:
    words, tone = state_words(case)
    return CaseRow(
        number=case.pk,
        subject=case.subject,
        state=words,
        tone=tone,
        owner=face(case.owner),
        at=case.last_word_at,
        link=case_link(case),
    )
