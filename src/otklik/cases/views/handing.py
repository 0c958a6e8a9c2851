"""Whose case it really is: the customer of a case is changed, by hand or as a forwarded letter proposes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.cases.actions import change_customer
from otklik.cases.forms.handing import CaseCustomerForm
from otklik.cases.models import Case
from otklik.cases.queries import case_by_number, passed_on
from otklik.customers.actions import identify
from otklik.foundation.database.transactions import in_one
from otklik.foundation.http.pages import do, shown
from otklik.foundation.http.staff import actor_of, staff


@require_http_methods(["GET", "POST"])
@staff("cases.edit")
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Name the customer, and what the former one may still see."""
    found = case_by_number(number, actor=actor_of(request))
    offered = passed_on(found)
    initial = {"email": offered.email, "name": offered.name} if offered else {}
    form = CaseCustomerForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and do(form, lambda typed: _change(request, found, typed)):
        return redirect("desk:case", number)
    context = {"section": "inbox", "form": form, "case": found, "offered": offered, "title": _("Change the customer")}
    return shown(request, "cases/case_customer.html", context)


@in_one
def _change(request: HttpRequest, found: Case, typed: dict[str, Any]) -> None:
    kind = "email" if typed["email"] else "phone"
    to = identify(kind=kind, value=typed[kind], name=typed["name"])
    change_customer(case=found, actor=actor_of(request), to=to, may_see_own=typed["may_see_own"])
