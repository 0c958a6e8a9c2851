"""Surveys on the desk: which there are, how one stands, what it told."""

import json
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.foundation.actors import Actor, may
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, attempt, do, done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.surveys import actions
from otklik.surveys.checking import flaws
from otklik.surveys.definition import said
from otklik.surveys.forms import NewSurveyForm, SurveyForm
from otklik.surveys.models import Survey
from otklik.surveys.pages import address_of
from otklik.surveys.queries import (
    definition_of,
    draft_of,
    survey_by_id,
    surveys,
    trial_link,
    version_to_show,
)
from otklik.ui.qr import qr_path

SURVEYS = Listing(
    template="surveys/surveys.html",
    columns=(
        Column(name="written", label=_("Written"), by="pk", of=int, falls=True),
        Column(name="name", label=_("Name"), by="name", of=str),
    ),
    live="surveys.surveys",
)
"""A house has tens of them: sorted, the set stays small."""


@require_safe
@staff("surveys.see")
def surveys_page(request: HttpRequest) -> HttpResponse:
    """All surveys, the newest first."""
    about = {"section": "surveys", "may_edit": may(actor_of(request), "surveys.edit")}
    return shown(request, SURVEYS.template, about | SURVEYS.page(request, surveys()))


@require_http_methods(GET_OR_POST)
@staff("surveys.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Begin with an example or a file."""
    form = NewSurveyForm(request.POST or None, request.FILES or None, initial={"example": "case"})
    made: list[Survey] = []

    def act(_cleaned: dict[str, Any]) -> None:
        made.append(actions.write_survey(definition=form.definition(), actor=actor_of(request)))

    if request.method == "POST" and do(form, act):
        return done(
            request, gettext("The draft is there. Nobody is asked before you publish it."), "surveys:edit", made[0].pk
        )
    return shown(request, "surveys/new.html", {"section": "surveys", "form": form})


@require_http_methods(GET_OR_POST)
@staff("surveys.edit")
def text(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The draft as JSON, with what still keeps it from being published."""
    row = survey_by_id(survey_id)
    version, draft = version_to_show(row), draft_of(row)
    kept = json.dumps(version.definition, ensure_ascii=False, indent=2)
    form = SurveyForm(request.POST or None, initial={"text": kept, "edits": draft.edits if draft else None})

    def act(cleaned: dict[str, Any]) -> None:
        actions.change_survey(survey=row, definition=cleaned["text"], actor=actor_of(request), edits=cleaned["edits"])

    if request.method == "POST" and do(form, act):
        return done(request, gettext("The draft is kept."), "surveys:text", row.pk)
    context = {
        "section": "surveys", "form": form, "survey": row, "version": version, "draft": draft,
        "flaws": flaws(definition_of(version)),
    }  # fmt: skip
    return shown(request, "surveys/edit.html", context)


# ── Moves ─────────────────────────────────────────────────────────────────────────────────
type _Deed = Callable[[Survey, Actor], object]
_DEEDS: Final[dict[str, tuple[_Deed, Any]]] = {
    "publish": (lambda row, actor: actions.publish(survey=row, actor=actor), _("It is asked from now on.")),
    "close": (lambda row, actor: actions.close_survey(survey=row, actor=actor), _("It takes no answers any more.")),
    "open": (lambda row, actor: actions.open_survey(survey=row, actor=actor), _("It takes answers again.")),
    "drop": (lambda row, actor: actions.drop_draft(survey=row, actor=actor), _("The draft is gone.")),
}


@require_POST
@staff("surveys.edit")
def act(request: HttpRequest, survey_id: int) -> HttpResponse:
    """One move of its life (``do``), or a copy of it."""
    row, actor, wanted = survey_by_id(survey_id), actor_of(request), request.POST.get("do", "")
    if wanted == "copy":
        name = gettext("%(name)s (copy)") % {"name": row.name[:100]}
        copy = actions.copy_survey(survey=row, name=name, actor=actor)
        return done(request, gettext("The copy is a draft of its own."), "surveys:edit", copy.pk)
    if wanted in _DEEDS:
        deed, told = _DEEDS[wanted]
        attempt(request, lambda: deed(row, actor), str(told))
    return redirect("surveys:survey", row.pk)


@require_safe
@staff("surveys.edit")
def try_it(_request: HttpRequest, survey_id: int) -> HttpResponse:
    """Go through it as a customer does; nothing of that counts."""
    return redirect("survey:survey", link=trial_link(version_to_show(survey_by_id(survey_id))))


@require_safe
@staff("surveys.see")
def card(request: HttpRequest, survey_id: int) -> HttpResponse:
    """A card to print, A5, with the address as a picture; ``?place=`` tells the answers of places apart."""
    row = survey_by_id(survey_id)
    place = request.GET.get("place", "").strip()[:80]
    address = address_of(row, place=place)
    definition = definition_of(version_to_show(row))
    path, size = qr_path(address)
    context = {
        "section": "surveys", "survey": row, "title": said(definition.title, definition.languages[0]),
        "language": definition.languages[0], "address": address, "path": path, "size": size, "place": place,
    }  # fmt: skip
    return shown(request, "surveys/card.html", context)


@require_safe
@staff("surveys.see")
def export(_request: HttpRequest, survey_id: int) -> HttpResponse:
    """The survey as JSON, as it is taken in again."""
    version = version_to_show(survey_by_id(survey_id))
    text = json.dumps(version.definition, ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="survey-{survey_id}.json"'
    return answer
