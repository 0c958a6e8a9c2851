"""What the customer of a case has told already, for reading beside it and for putting into an answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.cases.queries import case_by_number, known_facts
from otklik.foundation.http.pages import is_part, shown
from otklik.foundation.http.staff import actor_of, staff


@require_GET
@staff()
def known(request: HttpRequest, number: int) -> HttpResponse:
    """A part of the case's page for htmx, else a page."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    context = {"case": case, "known": known_facts(case, actor=actor), "section": "inbox"}
    if is_part(request):
        return render(request, "cases/known.html#facts", context)
    return shown(request, "cases/known.html", context)
