"""What is done about a problem, and telling everybody who was touched what has changed."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods

from otklik.complaints.actions import move_problem, preview_telling, save_fix, tell_touched, to_tell
from otklik.complaints.forms.problems import FixForm, NoHelpForm, TellForm
from otklik.complaints.letters import prepared_change
from otklik.complaints.models import Problem
from otklik.complaints.queries import problem_by_id, touched_by
from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, LETTER_DRAWN, do, done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff

_MOST_NAMED = 20


@require_http_methods(GET_OR_POST)
@staff("complaints.mend")
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """One more thing that is done about it: what, by whom, until when."""
    actor, row = actor_of(request), problem_by_id(pk)
    form = FixForm(request.POST or None, initial={"agent": row.owner_id, "due_on": row.due_on or timezone.localdate()})
    if form.is_bound and do(form, lambda typed: save_fix(problem=row, actor=actor, **typed)):
        return done(request, _("Recorded."), "complaints:problem", pk)
    return shown(request, "complaints/problem_step.html", _about(row, form, _("What is done about it")))


@require_http_methods(GET_OR_POST)
@staff("complaints.mend")
def no_help(request: HttpRequest, pk: int) -> HttpResponse:
    """What was changed did not help, and why."""
    actor, row = actor_of(request), problem_by_id(pk)
    form = NoHelpForm(request.POST or None)

    def act(typed: dict[str, Any]) -> None:
        move_problem(problem=row, to=Problem.State.NO_HELP, because=typed["because"], actor=actor)

    if form.is_bound and do(form, act):
        return done(request, _("Recorded."), "complaints:problem", pk)
    return shown(request, "complaints/problem_step.html", _about(row, form, _("It did not help")))


def _about(row: Problem, form: Any, title: str) -> dict[str, Any]:
    return {"section": "problems", "problem": row, "form": form, "title": title}


@csp_override(LETTER_DRAWN)
@require_http_methods(GET_OR_POST)
@staff("complaints.mend")
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """First the words, then the letters as they leave and how many; only what was seen so can be sent."""
    actor, row = actor_of(request), problem_by_id(pk)
    form = TellForm(request.POST or None, initial=_prepared(row))
    cases = touched_by(row)
    context: dict[str, Any] = {"cases": cases[:_MOST_NAMED], "count": len(cases), "letters": [], "seen": ""}
    try:
        if form.is_bound and form.is_valid():
            if seen := request.POST.get("seen", ""):
                telling = tell_touched(problem=row, words=form.words, shown=seen, actor=actor)
                return _told(request, row, telling.told.count())
            context |= {"seen": to_tell(row, form.words).seen, "letters": preview_telling(row, form.words)}
    except Refusal as refusal:
        if refusal.code in {"nobody_to_tell", "not_fixed_yet"}:
            return sorry(request, refusal, "complaints:problem", pk)
        form.refuse(refusal)
    return shown(request, "complaints/problem_tell.html", _about(row, form, _("Tell those who were touched")) | context)


def _prepared(row: Problem) -> dict[str, str]:
    """In the house's language alone, in which somebody wrote what changes; others are asked for if they are read."""
    with translation.override(settings.LANGUAGE_CODE):
        return {f"words_{settings.LANGUAGE_CODE}": prepared_change(row)}


def _told(request: HttpRequest, row: Problem, count: int) -> HttpResponse:
    said = ngettext("%(count)d letter is on its way.", "%(count)d letters are on their way.", count)
    return done(request, said % {"count": count}, "complaints:problem", row.pk)
