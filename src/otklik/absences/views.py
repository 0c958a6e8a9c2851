"""Absences that are known before, and the list of what falls due in each: worked through one by one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.absences.actions import cancel_absence, leave_it, move_it, pass_on, plan_absence
from otklik.absences.forms import AbsenceForm, LeaveForm, MoveForm, PassForm
from otklik.absences.models import Absence
from otklik.absences.queries import (
    Falling,
    absence_by_id,
    absences,
    checks_of,
    counts,
    falling,
    falling_one,
)
from otklik.cases.labels import promise_words
from otklik.cases.queries import Seen, newest, prepared_summary, seen_of
from otklik.foundation.actors import may
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.errors import Refusal
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, attempt, do, done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff

ABSENCES = Listing(
    template="absences/absences.html",
    columns=(  # by ``absence_by_start``; the others sort what a house plans in some years
        Column(name="from", label=pgettext_lazy("absence", "From"), by="starts_at", of=datetime, falls=True),
        Column(name="who", label=_("Who"), by=ByName("agent__name")),
        Column(name="until", label=pgettext_lazy("absence", "Until"), by="ends_at", of=datetime, falls=True),
    ),
    live="absences.absences",
)
SECTION = {"section": "absences"}


@require_GET
@staff("absences.plan")
def absences_page(request: HttpRequest) -> HttpResponse:
    """One's own, and those in which one answers; a lead sees all, with what nobody has looked at yet."""
    page = ABSENCES.page(request, absences(actor_of(request)))
    left = counts(page["rows"])
    rows = [{"row": row, "left": left.get(row.pk, 0)} for row in page["rows"]]
    return shown(request, ABSENCES.template, {**SECTION, **page, "rows": rows})


@require_http_methods(GET_OR_POST)
@staff("absences.plan")
def plan(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = AbsenceForm(request.POST or None, me=actor.agent_id, is_lead=may(actor, "absences.lead"))
    made: list[Absence] = []
    if request.method == "POST" and do(form, lambda typed: made.append(plan_absence(actor=actor, **typed))):
        return done(
            request, gettext("Planned. Now review what falls due in this time."), "absences:absence", made[0].pk
        )
    return shown(request, "absences/plan.html", {**SECTION, "form": form})


@require_GET
@staff("absences.plan")
def absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """What falls due in it and is still to be looked at, and what was decided."""
    actor = actor_of(request)
    row = absence_by_id(absence_id, actor=actor)
    context = {
        "absence": row,
        "rows": [{"one": one, "what": promise_words(one.promise.kind)} for one in falling(row)],
        "checks": [{"check": one, "what": promise_words(one.kind)} for one in checks_of(row)],
        "may_decide": actor.pk == row.agent_id or may(actor, "absences.lead"),
    }
    return shown(request, "absences/absence.html", SECTION | context)


@require_POST
@staff("absences.plan")
def cancel(request: HttpRequest, absence_id: int) -> HttpResponse:
    actor = actor_of(request)
    row = absence_by_id(absence_id, actor=actor)
    attempt(request, lambda: cancel_absence(absence=row, actor=actor), gettext("Called off"))
    return done_without_words("absences:absences")


def done_without_words(route: str) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": reverse(route)})


# ── One thing ─────────────────────────────────────────────────────────────────────────────
@require_http_methods(GET_OR_POST)
@staff("cases.transfer")
def pass_page(request: HttpRequest, absence_id: int, number: int, kind: str) -> HttpResponse:
    """To the deputy or another colleague, with a word that was prepared and read."""

    def form_of(row: Absence, one: Falling) -> DeskForm:
        begun = {"to": row.deputy_id, "summary": prepared_summary(one.case)}
        return PassForm(request.POST or None, owner_id=row.agent_id, initial=begun)

    def act(row: Absence, typed: dict[str, Any]) -> None:
        pass_on(absence=row, number=number, kind=kind, actor=actor_of(request), **typed, **seen_of(request.POST))

    words = gettext("Pass the case on"), gettext("Passed on. The customer is told the new name")
    return _page(request, (absence_id, number, kind), form_of, act, words)


@require_http_methods(GET_OR_POST)
@staff("cases.promise")
def move_page(request: HttpRequest, absence_id: int, number: int, kind: str) -> HttpResponse:
    def form_of(_row: Absence, one: Falling) -> DeskForm:
        return MoveForm(request.POST or None, initial=MoveForm.at_moment(one.promise.due_at))

    def act(row: Absence, typed: dict[str, Any]) -> None:
        move_it(absence=row, number=number, kind=kind, actor=actor_of(request), **typed, **seen_of(request.POST))

    words = gettext("Move the date"), gettext("Moved. The customer's page shows the new moment")
    return _page(request, (absence_id, number, kind), form_of, act, words)


@require_http_methods(GET_OR_POST)
@staff("absences.plan")
def leave_page(request: HttpRequest, absence_id: int, number: int, kind: str) -> HttpResponse:
    def form_of(_row: Absence, _one: Falling) -> DeskForm:
        return LeaveForm(request.POST or None)

    def act(row: Absence, typed: dict[str, Any]) -> None:
        leave_it(absence=row, number=number, kind=kind, actor=actor_of(request), **typed)

    words = gettext("Leave it as it is"), gettext("Noted. It stays as it is")
    return _page(request, (absence_id, number, kind), form_of, act, words)


def _page(
    request: HttpRequest,
    which: tuple[int, int, str],
    form_of: Callable[[Absence, Falling], DeskForm],
    act: Callable[[Absence, dict[str, Any]], None],
    words: tuple[str, str],
) -> HttpResponse:
    """One decision on a page of its own: done, told, and back to the list; or shown with what is wrong."""
    absence_id, number, kind = which
    row = absence_by_id(absence_id, actor=actor_of(request))
    seen: Seen = newest() if request.method == "GET" else seen_of(request.POST)
    try:
        one = falling_one(row, number, kind)
    except Refusal as refusal:
        return sorry(request, refusal, "absences:absence", row.pk)
    form = form_of(row, one)
    if request.method == "POST" and do(form, lambda typed: act(row, typed)):
        return done(request, words[1], "absences:absence", row.pk)
    context = {"absence": row, "one": one, "what": promise_words(kind), "form": form, "title": words[0], "seen": seen}
    return shown(request, "absences/decide.html", SECTION | context)
