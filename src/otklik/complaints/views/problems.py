"""Problems on the desk: what lies behind complaints, who mends it by when, and whether it came again."""

from datetime import date
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from otklik.cases.queries import case_by_number
from otklik.complaints import queries
from otklik.complaints.actions import (
    finish_fix,
    link_case,
    link_complaint,
    move_problem,
    save_problem,
    unlink_case,
)
from otklik.complaints.actions.measuring import measured_parts
from otklik.complaints.actions.problems import MOVES
from otklik.complaints.forms.problems import OfCaseForm, ProblemForm, ShowsForm
from otklik.complaints.labels import PROBLEM_MOVES, PROBLEM_STATES, STAGES
from otklik.complaints.models import Problem, Stage
from otklik.complaints.queries import (
    cases_showing,
    complaint_by_number,
    complaints_showing,
    fix_by_id,
    problem_by_id,
    told_of,
    touched_by,
)
from otklik.foundation.actors import Actor, may
from otklik.foundation.errors import Refusal
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff

PROBLEMS = Listing(
    template="complaints/problems.html",
    columns=(  # a house has dozens of problems, not thousands
        Column(name="number", label=pgettext_lazy("behind complaints", "Problem"), by="pk", of=int, falls=True),
        Column(name="due", label=gettext_lazy("Fix by"), by=Cast("due_on", TextField()), may_lack=True),
        Column(name="state", label=gettext_lazy("State"), by="state"),
    ),
    live="complaints.problems",
)
_MOST = 50


@require_GET
@staff("complaints.handle")
def problems(request: HttpRequest) -> HttpResponse:
    """All of them, those that are not checked first of all asked for."""
    actor, today = actor_of(request), timezone.localdate()
    rows = queries.problems()
    is_all = "all" in request.GET
    page = PROBLEMS.page(request, rows if is_all else rows.exclude(state=Problem.State.CHECKED))
    shown_rows = [{"problem": row, "state": PROBLEM_STATES[row.state], **_due(row, today)} for row in page["rows"]]
    context = {"section": "problems", **page, "rows": shown_rows, "is_all": is_all, "may_mend": _may_mend(actor)}
    return shown(request, PROBLEMS.template, context)


def _may_mend(actor: Actor) -> bool:
    return may(actor, "complaints.mend")


def _due(row: Problem, today: date) -> dict[str, bool]:
    return {"is_late": row.due_on is not None and row.due_on < today and row.fixed_at is None}


@require_http_methods(GET_OR_POST)
@staff("complaints.handle")
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, with what shows it. A press moves it on, or links what shows it."""
    actor, row = actor_of(request), problem_by_id(pk)
    form = ShowsForm(request.POST if request.POST.get("do") == "link" else None)
    if to := request.POST.get("to", ""):
        return _move(request, row, to)
    if request.POST.get("done") or request.POST.get("undone"):
        return _finish(request, row)
    if number := request.POST.get("unlink", ""):
        unlink_case(
            case=case_by_number(int(number) if number.isdecimal() else 0, actor=actor), problem=row, actor=actor
        )
        return done(request, _("Recorded."), "complaints:problem", pk)
    if form.is_bound and do(form, lambda cleaned: _link(row, actor, cleaned)):
        return done(request, _("Recorded."), "complaints:problem", pk)
    return shown(request, "complaints/problem.html", {**_facts(request, row), "form": form})


def _finish(request: HttpRequest, row: Problem) -> HttpResponse:
    """One thing that is done about it is done, or is not after all."""
    number = request.POST.get("done") or request.POST.get("undone") or ""
    fix = fix_by_id(int(number) if number.isdecimal() else 0, problem=row)
    finish_fix(fix=fix, actor=actor_of(request), is_done="done" in request.POST)
    return done(request, _("Recorded."), "complaints:problem", row.pk)


def _move(request: HttpRequest, row: Problem, to: str) -> HttpResponse:
    if to == Problem.State.NO_HELP:
        return redirect("complaints:problem-no-help", row.pk)
    try:
        move_problem(problem=row, to=to, actor=actor_of(request))
    except Refusal as refusal:
        if refusal.code == "not_allowed":
            raise
        return sorry(request, refusal, "complaints:problem", row.pk)
    return done(request, str(PROBLEM_STATES[to].text), "complaints:problem", row.pk)


def _link(row: Problem, actor: Actor, cleaned: dict[str, Any]) -> None:
    if cleaned["complaint"]:
        link_complaint(complaint=complaint_by_number(cleaned["complaint"], actor=actor), problem=row, actor=actor)
    if cleaned["case"]:
        link_case(case=case_by_number(cleaned["case"], actor=actor), problem=row, actor=actor)


def _facts(request: HttpRequest, row: Problem) -> dict[str, Any]:
    actor = actor_of(request)
    complaints = [
        {
            "complaint": one,
            "stage": STAGES[Stage(one.stage)],
            "is_after": row.fixed_at is not None and one.received_at > row.fixed_at,
        }
        for one in complaints_showing(row, actor)[:_MOST]
    ]
    return {
        "section": "problems",
        "problem": row,
        "state": PROBLEM_STATES[row.state],
        "moves": [{"to": to, "text": PROBLEM_MOVES[to]} for to in MOVES[row.state]] if _may_mend(actor) else [],
        "complaints": complaints,
        "cases": list(cases_showing(row, actor)[:_MOST]),
        "may_mend": _may_mend(actor),
        "fixes": list(row.fixes.select_related("agent").order_by("due_on", "id")),
        "today": timezone.localdate(),
        "told": told_of(row),
        "may_tell": _may_mend(actor) and row.fixed_at is not None and bool(touched_by(row)),
        "measured": [
            render_to_string(template, {"problem": row, **facts}, request)
            for template, facts in measured_parts(row, actor)
        ],
        **_due(row, timezone.localdate()),
    }


@require_http_methods(GET_OR_POST)
@staff("complaints.mend")
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new problem, or a changed one."""
    actor, row = actor_of(request), None if pk is None else problem_by_id(pk)
    form = ProblemForm(request.POST or None, problem=row, me=actor.pk)
    saved: list[Problem] = []

    def act(cleaned: dict[str, Any]) -> None:
        saved.append(save_problem(values=cleaned, actor=actor, problem=row))

    if form.is_bound and do(form, act):
        return done(request, _("Saved."), "complaints:problem", saved[0].pk)
    back = reverse("complaints:problem", args=[row.pk]) if row else reverse("complaints:problems")
    return shown(
        request, "complaints/problem_edit.html", {"section": "problems", "problem": row, "form": form, "back": back}
    )


@require_http_methods(GET_OR_POST)
@staff("complaints.handle")
def of_case(request: HttpRequest, number: int) -> HttpResponse:
    """Which problem a case shows."""
    actor = actor_of(request)
    case, form = case_by_number(number, actor=actor), OfCaseForm(request.POST or None)
    if form.is_bound and do(form, lambda cleaned: link_case(case=case, problem=cleaned["problem"], actor=actor)):
        return done(request, _("Recorded."), "desk:case", case.pk)
    has_problems = Problem.objects.exists()
    context = {"section": "problems", "case": case, "form": form, "has_problems": has_problems}
    return shown(request, "complaints/case_problem.html", {**context, "may_mend": _may_mend(actor)})
