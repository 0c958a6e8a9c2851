"""The customer's own link to a case, and where a merged case went."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.cases.models import Case, FormerCustomer
from otklik.customers.queries import customer_now
from otklik.foundation.errors import Refusal
from otklik.foundation.signing import seal, unseal

LINK_LIVES = timedelta(days=365)


def case_link(case: Case, *, typed_in: int = 0) -> str:
    """The signed word of the customer's own page of a case.

    It travels in letters, so whoever has it reads the customer's mail. ``typed_in``: the conversation of a form, for
    the page right after it; such a link shows only what was typed there, for anybody may type anybody's address.
    """
    return seal("case", [case.pk, case.customer_id, typed_in])


def case_url(case: Case) -> str:
    """The address in our letters; fixed by contract, so it lives here and not in the portal's patterns."""
    return f"{settings.BASE_URL}/case/{case_link(case)}/"


def case_by_link(link: str) -> tuple[Case, int]:
    """The case of a customer's link and its ``typed_in``; a merged case, and a merged customer, lead to where it went.

    Raises ``Refusal('link_invalid' | 'link_expired')``, also once the customer is erased.
    """
    case_id, customer_id, typed_in = unseal("case", link, max_age=LINK_LIVES)
    theirs = Case.objects.select_related(
        "customer", "owner__photo", "deputy__photo", "team__working_time", "word"
    ).filter(customer_id__in=customer_now(customer_id), customer__erased_at=None)
    case = theirs.filter(pk=case_id).first()
    if case is not None and "merged_into" in case.custom:
        case = theirs.filter(pk=where_it_went(case)).first() or case
    if case is None:
        raise Refusal("link_invalid", _("This link no longer leads to a case."))
    return case, int(typed_in)


def former_by_link(link: str) -> FormerCustomer:
    """What the link still shows to whoever had the case before.

    Raises ``Refusal('link_invalid' | 'link_expired')``, also for a link to less than the whole case.
    """
    case_id, customer_id, typed_in = unseal("case", link, max_age=LINK_LIVES)
    rows = FormerCustomer.objects.select_related("case", "customer")
    theirs = rows.filter(case_id=case_id, customer_id__in=customer_now(customer_id), customer__erased_at=None)
    former = theirs.first()
    if former is None or typed_in:
        raise Refusal("link_invalid", _("This link no longer leads to a case."))
    return former


def where_it_went(case: Case) -> int:
    """The number of the case that this one was merged into, at the end of the way; its own if it was not."""
    number, seen = case.pk, {case.pk}
    custom = case.custom
    while custom.get("merged_into") and custom["merged_into"] not in seen:
        number = custom["merged_into"]
        seen.add(number)
        custom = Case.objects.values_list("custom", flat=True).get(pk=number)
    return number
