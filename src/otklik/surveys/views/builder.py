"""The builder: what is asked, one part at a time, beside how the customer will see it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.surveys import actions, editing
from otklik.surveys.building import HeadForm, PageForm, PartForm, QuestionForm
from otklik.surveys.checking import flaws
from otklik.surveys.definition import Definition, Instrument, Page, said
from otklik.surveys.drawing import drawn
from otklik.surveys.labels import INSTRUMENTS
from otklik.surveys.models import Survey
from otklik.surveys.queries import definition_of, draft_of, survey_by_id, version_to_show
from otklik.surveys.shape import SurveyIn


@require_http_methods(GET_OR_POST)
@staff("surveys.edit")
def edit(request: HttpRequest, survey_id: int) -> HttpResponse:
    """One part of the draft: the survey itself, a page, or a question (``?part=KEY``)."""
    row = survey_by_id(survey_id)
    version, draft = version_to_show(row), draft_of(row)
    survey = definition_of(version)
    part = request.GET.get("part", "")
    form = _form(request, survey, part, draft.edits if draft else None)

    def act(cleaned: dict[str, Any]) -> None:
        source = editing.changed(version.definition, part, form.values())  # type: ignore[attr-defined]
        _save(request, row, source, cleaned["edits"])

    if request.method == "POST" and do(form, act):
        return redirect(_here(row, part))
    page = _page_of(survey, part)
    language = get_language() or "ru"
    context = {
        "section": "surveys", "form": form, "survey": row, "version": version, "draft": draft, "part": part,
        "flaws": flaws(survey), "outline": _outline(survey, language), "instruments": INSTRUMENTS.items(),
        "shown": drawn(page.questions, {}, language, {}) if page else [], "language": language, "page": page,
        "is_page": page is not None and page.key == part, "page_title": said(page.title, language) if page else "",
    }  # fmt: skip
    return shown(request, "surveys/builder.html", context)


def _form(request: HttpRequest, survey: Definition, part: str, edits: int | None) -> PartForm:
    """Raises ``Refusal('not_found')`` for a part that is not there."""
    about: dict[str, Any] = {"survey": survey, "language": get_language() or "ru"}
    page, question = _page_of(survey, part), survey.question(part)
    sources = {one["key"]: one for one in survey.source.get("pages", ())}
    questions = {one["key"]: one for held in sources.values() for one in held.get("questions", ())}
    form: PartForm
    if question is not None:
        form = QuestionForm(request.POST or None, question=question, source=questions[part], **about)
    elif page is not None and part:
        form = PageForm(request.POST or None, page=page, source=sources[part], **about)
    elif not part:
        form = HeadForm(request.POST or None, source=survey.source, **about)
    else:
        raise Refusal("not_found", gettext("This is no longer here."))
    form.fields["edits"].initial = edits
    return form


def _page_of(survey: Definition, part: str) -> Page | None:
    """The page that is called so, or that holds the question; the first for the survey itself."""
    if not part:
        return survey.pages[0] if survey.pages else None
    return next((p for p in survey.pages if p.key == part or any(q.key == part for q in p.questions)), None)


def _outline(survey: Definition, language: str) -> list[dict[str, Any]]:
    return [
        {
            "key": page.key,
            "title": said(page.title, language),
            "is_conditional": page.show_if is not None,
            "questions": [
                {"key": one.key, "text": said(one.text, language), "kind": INSTRUMENTS[one.instrument]}
                for one in page.questions
            ],
        }
        for page in survey.pages
    ]


def _save(request: HttpRequest, row: Survey, source: dict[str, Any], edits: int | None) -> None:
    definition = SurveyIn.model_validate(source).definition()
    actions.change_survey(survey=row, definition=definition, actor=actor_of(request), edits=edits)


def _here(row: Survey, part: str) -> str:
    return reverse("surveys:edit", args=[row.pk]) + (f"?part={part}" if part else "")


@require_POST
@staff("surveys.edit")
def change(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Add, copy, move or remove a page or question (``part``)."""
    row = survey_by_id(survey_id)
    source, part, deed = version_to_show(row).definition, request.POST.get("part", ""), request.POST.get("do", "")
    try:
        source, part = _changed(source, part, deed, request.POST.get("instrument", ""))
    except (KeyError, ValueError) as error:
        raise Refusal("not_found", gettext("This is no longer here.")) from error
    _save(request, row, source, None)
    if deed == "remove":
        return done(request, gettext("It is gone from the draft."), "surveys:edit", row.pk)
    return redirect(_here(row, part))


def _changed(source: dict[str, Any], part: str, deed: str, instrument: str) -> tuple[dict[str, Any], str]:
    """What is asked then, and which part to look at. Raises ``KeyError`` and ``ValueError``."""
    match deed:
        case "page":
            return editing.with_page(source)
        case "question":
            return editing.with_question(source, part, Instrument(instrument), gettext("New question"))
        case "copy":
            return editing.with_copy(source, part)
        case "remove":
            return editing.without(source, part), ""
        case "up" | "down":
            return editing.moved(source, part, -1 if deed == "up" else 1), part
    raise ValueError(deed)
