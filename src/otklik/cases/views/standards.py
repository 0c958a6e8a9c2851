"""The standard of one case: its steps, why it was chosen, which were passed over, and what could be better in it."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from otklik.cases import actions
from otklik.cases.forms.standards import ProposeForm, SkipForm
from otklik.cases.models import Case
from otklik.cases.panels import STANDARD
from otklik.cases.queries import case_by_number, choice_now, how_chosen, offered_to, standard_of, steps_of
from otklik.foundation.errors import CONFLICTS, Refusal
from otklik.foundation.http.pages import attempt, do, done, is_part, shown, sorry
from otklik.foundation.http.panels import panel_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.standards.actions import propose_change
from otklik.standards.choosing import Passed
from otklik.standards.labels import condition_words
from otklik.standards.models import Proposal, Standard
from otklik.standards.observed import FACTS
from otklik.standards.queries import proposals, version_by_id
from otklik.team.queries import faces

_PAGE: Final = "cases:case-standard"
_BECAUSE: Final[dict[str, Any]] = {
    "opened": gettext_lazy("when the case was opened"),
    "kind": gettext_lazy("when its kind was changed"),
    "team": gettext_lazy("when another team got it"),
    "tags": gettext_lazy("when its tags were changed"),
    "customer": gettext_lazy("when it became another customer's"),
    "fits": gettext_lazy("when somebody took the one that fits better"),
    "newer": gettext_lazy("when somebody took its later version"),
}


@require_GET
@staff()
def standard(request: HttpRequest, number: int) -> HttpResponse:
    """``?skip=2`` opens the words for leaving step 2 out."""
    return _page(request, case_by_number(number, actor=actor_of(request)))


def _page(request: HttpRequest, case: Case, **given: Any) -> HttpResponse:
    version = version_by_id(case.standard_version_id) if case.standard_version_id else None
    chosen, asked = how_chosen(case), request.GET.get("skip", "")
    skipping = int(asked) if asked.isdecimal() and len(asked) < 3 else 0  # noqa: PLR2004 - there are twenty at most
    context = {
        "section": "inbox",
        "case": case,
        "version": version,
        "offered": offered_to(case),
        "steps": _steps(case),
        "chosen": chosen,
        "chosen_when": _BECAUSE.get(chosen.because) if chosen else "",
        "conditions": condition_words(version.standard, chosen.conditions) if chosen and version else [],
        "passed": _passed(case, version.standard_id if version else None),
        "proposals": _proposals(version.standard, case) if version else (),
        "skipping": skipping,
        "skip_form": SkipForm(),
        "propose_form": ProposeForm(),
    }
    form = given.get("form")
    return shown(request, "cases/case_standard.html", context | given | ({"form": form} if form else {}))


def _steps(case: Case) -> list[Mapping[str, Any]]:
    people = faces()
    return [
        {
            "step": step,
            "by": face.first_name if (face := people.get(step.by_id or 0)) else "",
            "fact": FACTS.get(step.fact, ""),
            "ticked_by": FACTS.get(step.ticked_by, ""),
        }
        for step in steps_of(case)
    ]


def _passed(case: Case, held_id: int | None) -> list[Mapping[str, Any]]:
    """Every other standard that holds, each with why it is not the one of this case."""
    choice = choice_now(case)
    others = [*choice.passed]
    if choice.version is not None:
        others.insert(0, Passed(standard=choice.version.standard, because="fits"))
    return [
        {
            "standard": one.standard,
            "because": one.because,
            "conditions": ", ".join(f"{label}: {value}" for label, value in condition_words(one.standard)),
        }
        for one in others
        if one.standard.pk != held_id
    ]


def _proposals(row: Standard, case: Case) -> Any:
    """Those from this case, and what else is open for its standard."""
    mine = proposals().filter(standard=row).order_by("-id")
    return (mine.filter(case_number=case.pk) | mine.filter(state=Proposal.State.OPEN))[:20]


# ── What is done with it ──────────────────────────────────────────────────────────────────
@require_POST
@staff()
def step(request: HttpRequest, number: int) -> HttpResponse:
    """``tick``, ``open`` or ``skip`` holds the number of the step; the panel answers with itself."""
    case, actor = case_by_number(number, actor=actor_of(request)), actor_of(request)
    deed, place = _asked(request)
    about: dict[str, Any] = {"case": case, "number": place, "actor": actor, "version_id": _version(request)}
    if deed == "skip":
        return _skip(request, case, about)
    act = actions.tick_step if deed == "tick" else actions.open_step
    try:
        act(**about)
    except Refusal as refusal:
        if not is_part(request):
            return sorry(request, refusal, _PAGE, number)
        if refusal.code not in CONFLICTS:
            raise
    if is_part(request):
        return HttpResponse(panel_of(request, case_by_number(number, actor=actor), STANDARD).html)
    return redirect(_PAGE, number) if request.POST.get("back") else redirect(f"/desk/cases/{number}/")


def _skip(request: HttpRequest, case: Case, about: dict[str, Any]) -> HttpResponse:
    form = SkipForm(request.POST)
    if do(form, lambda typed: actions.skip_step(**about, **typed)):
        return done(request, _("Left out, with your reason."), _PAGE, case.pk)
    return _page(request, case, skipping=about["number"], skip_form=form, form=form)


def _asked(request: HttpRequest) -> tuple[str, int]:
    """What is to be done with which step; step 0, which no standard has, when nothing readable was sent."""
    deed = next((name for name in ("tick", "open", "skip") if name in request.POST), "open")
    words = request.POST.get(deed, "")
    return deed, int(words) if words.isdecimal() and len(words) < 3 else 0  # noqa: PLR2004 - there are twenty at most


def _version(request: HttpRequest) -> int | None:
    words = request.POST.get("version", "")
    return int(words) if words.isdecimal() and len(words) < 18 else None  # noqa: PLR2004 - what PostgreSQL can hold


@require_POST
@staff()
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Go on by the standard that is offered."""
    case, actor = case_by_number(number, actor=actor_of(request)), actor_of(request)
    told = _("This case is served by it now; its promises are renewed.")
    attempt(request, lambda: actions.take_newer_standard(case=case, actor=actor), told)
    return redirect(f"/desk/cases/{number}/")


@require_POST
@staff()
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Tell whoever keeps the standard what should be different in it."""
    case, actor = case_by_number(number, actor=actor_of(request)), actor_of(request)
    form, row = ProposeForm(request.POST), standard_of(case)
    if do(form, lambda typed: propose_change(standard=row, words=typed["words"], actor=actor, case_number=case.pk)):
        return done(
            request, _("Thank you. Whoever looks after the standard will read it and answer you."), _PAGE, number
        )
    return _page(request, case, propose_form=form, form=form)
