"""The personal manager of a customer, of an organization: named on a page of their own."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.customers.models import Customer, Organization
from otklik.customers.queries import living_customer
from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.team.actions.managers import name_manager
from otklik.team.forms.people import ManagerForm
from otklik.team.queries import manager_of


@require_http_methods(GET_OR_POST)
@staff("team.appoint")
def of_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    row = living_customer(customer_id, actor=actor_of(request))
    return _page(request, row, section="customers", back="cases:customer")


@require_http_methods(GET_OR_POST)
@staff("team.appoint")
def of_organization(request: HttpRequest, organization_id: int) -> HttpResponse:
    row = Organization.objects.filter(pk=organization_id).first()
    if row is None:
        raise Refusal("not_found", _("There is no such organization."))
    return _page(request, row, section="organizations", back="cases:organization")


def _page(request: HttpRequest, charge: Customer | Organization, *, section: str, back: str) -> HttpResponse:
    form = ManagerForm(request.POST or None, held=manager_of(charge))
    if request.method == "POST" and do(
        form, lambda cleaned: name_manager(charge=charge, agent=cleaned["agent"], actor=actor_of(request))
    ):
        return done(request, _("Saved."), back, charge.pk)
    context = {"section": section, "form": form, "charge": charge, "back": reverse(back, args=[charge.pk])}
    return shown(request, "team/manager.html", context)
