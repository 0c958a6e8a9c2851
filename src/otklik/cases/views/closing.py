"""The line that ends a letter in which something is finished, and the mood of words: what the house says of both."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.cases.closing import closing_for
from otklik.cases.forms.closing import ClosingForm
from otklik.cases.forms.mood import MoodForm
from otklik.cases.queries import case_by_number
from otklik.foundation.http.pages import GET_OR_POST, is_part
from otklik.foundation.http.setting_pages import policy_page
from otklik.foundation.http.staff import actor_of, staff


@require_GET
@staff()
def closing(request: HttpRequest, number: int) -> HttpResponse:
    """The field with the line that fits this case; without scripts the page on which it is solved has it."""
    case = case_by_number(number, actor=actor_of(request))
    if not is_part(request):
        return redirect(f"{reverse('desk:case', args=[number])}?do=solve")
    return render(request, "cases/closing.html", {"closing": closing_for(case)})


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def closings(request: HttpRequest) -> HttpResponse:
    return policy_page(request, ClosingForm, "cases:closings", _("Warm close"))


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def moods(request: HttpRequest) -> HttpResponse:
    return policy_page(request, MoodForm, "cases:mood", _("Mood of words"))
