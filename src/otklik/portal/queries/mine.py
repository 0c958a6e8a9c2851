"""Who is signed in, and the cases they may see."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists
from django.http import HttpRequest
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.customers.models import ContactPoint, Customer, EndedSignIn
from otklik.foundation.errors import Refusal
from otklik.foundation.http.paging import Page, decode_cursor, page_of
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
    """For the cookie: who proved which address record; its mark ends it before its time."""
    point = ContactPoint.objects.get(kind="email", value=email, customer=customer)
    return seal("my", [customer.pk, email, point.pk, secrets.token_hex(16)])


def mark_of(request: HttpRequest) -> str:
    """The mark of the session in the cookie; '' for none."""
    word = _word_of(request)
    return word[3] if word else ""


def _word_of(request: HttpRequest) -> tuple[int, str, int, str] | None:
    try:
        customer_id, email, point_id, mark = unseal("my", request.COOKIES.get("otk_my", ""), max_age=SESSION_LIVES)
    except (Refusal, ValueError):  # made up, too old, or by an earlier version
        return None
    return customer_id, email, point_id, mark


def signed_in(request: HttpRequest) -> Mine | None:
    """Who proved an address here; nobody once they left, the address was given to another, or the customer is erased.

    An address that was removed and added again, or came with a merged record, has to be proved again.
    """
    word = _word_of(request)
    if word is None:
        return None
    customer_id, email, point_id, mark = word
    points = ContactPoint.objects.select_related("customer").exclude(Exists(EndedSignIn.objects.filter(mark=mark)))
    theirs = points.filter(customer_id=customer_id, customer__erased_at=None, waits_for_notice=False)
    point = theirs.filter(pk=point_id, kind="email", value=email).first()
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
        subject=case.title,
        state=words,
        tone=tone,
        owner=face(case.owner),
        at=case.last_word_at,
        link=case_link(case),
    )
