"""Handing over many cases: each is shown with what its next owner must know, and goes once somebody has read it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from otklik.cases.actions import transfer
from otklik.cases.forms.handing_over import HandOverForm
from otklik.cases.models import Case
from otklik.cases.queries import Seen, newest, prepared_summaries, seen_of, visible_to
from otklik.foundation.http.bulk import NumbersField, each
from otklik.foundation.http.pages import GET_OR_POST, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.team.models import Agent

AT_ONCE = 10
"""So many are read on one page; the others follow."""


@require_http_methods(GET_OR_POST)
@staff("cases.transfer")
def hand_over(request: HttpRequest) -> HttpResponse:
    """``case``: numbers, those that are not in sight left out; ``to``: who takes them."""
    seen = newest() if request.method == "GET" else seen_of(request.POST)
    cases = _cases(request)
    now, later = cases[:AT_ONCE], cases[AT_ONCE:]
    to = request.GET.get("to", "")
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        cases=now,
        summaries=prepared_summaries(now),
        initial={"to": to if to.isdecimal() else None},
    )
    if request.method == "POST" and form.is_valid():
        gone = _hand_over(request, form, seen)
        left = [case.pk for case in now if case.pk not in gone]
        return _onward(request, form.cleaned_data["to"], [*left, *(case.pk for case in later)])
    context = {"section": "inbox", "form": form, "rows": form.shown(), "later": len(later), "seen": seen}
    return shown(request, "cases/hand_over.html", context)


def _cases(request: HttpRequest) -> list[Case]:
    numbers = NumbersField(required=False).to_python(request.GET.getlist("case"))
    rows = visible_to(actor_of(request)).filter(state__in=[Case.State.OPEN, Case.State.SOLVED])
    found = rows.select_related("owner", "customer", "team").defer("search").in_bulk(list(numbers))
    return [found[number] for number in numbers if number in found]


def _hand_over(request: HttpRequest, form: HandOverForm, seen: Seen) -> set[int]:
    """The numbers of those that have a new owner now."""
    typed: dict[str, Any] = form.cleaned_data
    to: Agent = typed["to"]
    taken = [case for case in form.cases if typed[f"take_{case.pk}"]]

    def act(case: Case) -> None:
        transfer(case=case, actor=actor_of(request), to=to, summary=typed[f"summary_{case.pk}"], **seen)

    done = {case.pk for case, _none in each(request, taken, act, name=lambda case: str(case.number))}
    if done:
        text = ngettext(
            "%(count)d case is now with %(name)s. The customer is told the new name.",
            "%(count)d cases are now with %(name)s. The customers are told the new name.",
            len(done),
        )
        messages.success(request, text % {"count": len(done), "name": to.name})
    return done


def _onward(request: HttpRequest, to: Agent, left: list[int]) -> HttpResponseRedirect:
    """To those that are still to be read, else to the list."""
    if not left:
        return HttpResponseRedirect(reverse("desk:inbox"))
    asked = QueryDict(mutable=True)
    asked.setlist("case", [str(number) for number in left])
    asked["to"] = str(to.pk)
    return HttpResponseRedirect(f"{reverse('cases:hand-over')}?{asked.urlencode()}")
