"""A case that an agent writes down: a phone call, somebody at the counter."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.cases.actions import open_for_customer
from otklik.cases.forms.opening import NewCaseForm
from otklik.cases.models import Case
from otklik.cases.queries import is_seen
from otklik.customers.actions import add_contact_point, identify
from otklik.customers.models import Customer
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import do
from otklik.foundation.http.staff import actor_of, staff
from otklik.team.models import Agent
from otklik.team.queries import faces


@require_http_methods(["GET", "POST"])
@staff("cases.open")
def new(request: HttpRequest) -> HttpResponse:
    """Write down who turned to us and what they said; the case has an owner at once."""
    people = [face for face in faces().values() if face.may_own]
    files = {"attached": request.FILES.getlist("attached")}
    is_sent = request.method == "POST"
    form = (
        NewCaseForm(request.POST, files, people=people)
        if is_sent
        else NewCaseForm(people=people, initial=_start(request))
    )
    opened: list[Case] = []
    if is_sent and do(form, lambda typed: opened.append(_open(typed, actor_of(request)))):
        messages.success(request, _("The case is open. Its owner: %(name)s") % {"name": opened[0].owner.name})
        if is_seen(actor_of(request), opened[0].number):
            return redirect("desk:case", opened[0].number)
        return redirect("desk:inbox")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_sent else HTTPStatus.OK
    return render(request, "cases/new.html", {"section": "inbox", "form": form}, status=status)


def _start(request: HttpRequest) -> dict[str, str]:
    """What a link may fill in: ``?email=``, ``?phone=``, ``?name=``."""
    return {name: request.GET[name][:200] for name in ("email", "phone", "name") if name in request.GET}


@transaction.atomic
def _open(typed: dict[str, Any], actor: Actor) -> Case:
    case, _message = open_for_customer(
        customer=_customer(typed, actor),
        subject=typed["subject"],
        text=typed["text"],
        actor=actor,
        address=typed["email"].strip().lower(),
        channel=typed["channel"],
        kind=typed["kind"],
        owner=Agent.objects.get(pk=typed["owner"]) if typed["owner"] else None,
        files=typed["attached"],
    )
    return case


def _customer(typed: dict[str, Any], actor: Actor) -> Customer:
    """The known person of the e-mail or the phone; the other address is added unless somebody else has it.

    Nothing is added to a person out of the agent's sight: the case is opened for them all the same.
    """
    kinds = [kind for kind in ("email", "phone") if typed[kind].strip()]
    customer = identify(kind=kinds[0], value=typed[kinds[0]], name=typed["name"].strip())
    for kind in kinds[1:]:
        try:
            with transaction.atomic():
                add_contact_point(customer=customer, kind=kind, value=typed[kind], actor=actor)
        except Refusal as refusal:
            if refusal.code not in {"address_taken", "not_found"}:
                raise
    return customer
