"""Going through a survey, page by page, without JavaScript, too. Opening a page changes nothing; its button does."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.limits import TooOften, client_address, count_one
from otklik.surveys.actions import Taken, save_page, sit_down, stay_silent
from otklik.surveys.definition import Definition, said
from otklik.surveys.drawing import drawn, typed
from otklik.surveys.models import Invitation, Sitting
from otklik.surveys.queries import (
    Opened,
    by_link,
    definition_of,
    live_of,
    sitting_by_token,
    sitting_of,
    values_of,
)
from otklik.surveys.walking import Step, path_to, walk

KIOSK = "kiosk"
_GET_OR_POST = ["GET", "HEAD", "POST"]
_MOST, _WITHIN = 600, timedelta(minutes=10)
"""Pages that one network may send: enough for a busy counter."""
_ON_A_FORM = frozenset({"answer_missing", "value_invalid"})
_SORRY = frozenset({"survey_closed", "already_answered", "link_invalid", "link_expired"})


@require_http_methods(_GET_OR_POST)
def survey(request: HttpRequest, link: str) -> HttpResponse:
    """The first page; sending it begins. Whoever has begun by their own link goes on where they were."""
    try:
        opened = by_link(link)
        version = opened.draft or live_of(opened.survey)
        begun = sitting_of(opened.invitation) if opened.invitation else None
        if begun is not None:
            return redirect("survey:sitting", link=link, token=begun.token)
        step = next(walk(definition_of(version), {}))
        return _begin(request, link, opened, definition_of(version), step)
    except Refusal as refusal:
        return sorry(request, refusal)


def _begin(request: HttpRequest, link: str, opened: Opened, survey: Definition, step: Step) -> HttpResponse:
    if request.method != "POST":
        given = typed(step.questions, _as_sent(request, step))
        about = {"token": secrets.token_urlsafe(24), "values": given, "is_chosen": bool(given)}
        return _page(request, link, opened, survey, {**about, **_first(request), "step": step, "way": [step]})
    _count(request)
    values, token = typed(step.questions, request.POST), request.POST.get("token", "")
    try:
        sitting = sit_down(survey=opened.survey, taken=_taken(request, opened, token, survey))
        sitting = save_page(sitting=sitting, page=step.page.key, values=values)
    except Refusal as refusal:
        if refusal.code not in _ON_A_FORM:
            raise
        about = {"token": token, "values": values, "errors": refusal.fields, **_first(request)}
        return _page(request, link, opened, survey, {**about, "step": step, "way": [step]})
    return redirect("survey:sitting", link=link, token=sitting.token)


def _as_sent(request: HttpRequest, step: Step) -> Any:
    """``?KEY=4`` of a letter, as the fields of the page are called."""
    sent = request.GET.copy()
    for one in step.questions:
        sent.setlist(f"q-{one.key}", request.GET.getlist(one.key))
    return sent


def _first(request: HttpRequest) -> dict[str, Any]:
    """What the first page carries along: where it stands, and whether it stands on a counter."""
    sent = request.POST if request.method == "POST" else request.GET
    return {"is_kiosk": KIOSK in sent, "place": sent.get("place", "")[:80]}


def _taken(request: HttpRequest, opened: Opened, token: str, survey: Definition) -> Taken:
    known = _first(request)
    return Taken(
        token=token[:40] or secrets.token_urlsafe(24),
        channel=KIOSK if known["is_kiosk"] else "link",
        segment=known["place"],
        language=_language(survey),
        invitation=opened.invitation,
        draft=opened.draft,
    )


@require_http_methods(_GET_OR_POST)
def sitting(request: HttpRequest, link: str, token: str) -> HttpResponse:
    """The page on which somebody is; ``?page=KEY`` an earlier one of theirs. After the last one thanks."""
    try:
        opened = by_link(link)
        sitting = sitting_by_token(opened.survey, token)
        survey = definition_of(sitting.version)
        if sitting.is_finished:
            return _thanks(request, link, opened, survey, sitting)
        return _go_on(request, link, opened, survey, sitting)
    except Refusal as refusal:
        return sorry(request, refusal)


def _go_on(request: HttpRequest, link: str, opened: Opened, survey: Definition, sitting: Sitting) -> HttpResponse:
    values, is_kiosk = values_of(sitting, survey), sitting.channel == KIOSK
    wanted = "" if is_kiosk else (request.POST if request.method == "POST" else request.GET).get("page", "")
    reached = path_to(survey, values, sitting.page)
    way = path_to(survey, values, wanted) if wanted in {one.page.key for one in reached} else reached
    about: dict[str, Any] = {
        "token": sitting.token,
        "is_kiosk": is_kiosk,
        "step": way[-1],
        "way": way,
        "is_begun": True,
    }
    if request.method != "POST":
        return _page(request, link, opened, survey, {**about, "values": values})
    _count(request)
    given = typed(way[-1].questions, request.POST)
    try:
        save_page(sitting=sitting, page=way[-1].page.key, values=given)
    except Refusal as refusal:
        if refusal.code not in _ON_A_FORM:
            raise
        return _page(request, link, opened, survey, {**about, "values": given, "errors": refusal.fields})
    return redirect("survey:sitting", link=link, token=sitting.token)


@require_POST
def not_now(request: HttpRequest, link: str) -> HttpResponse:
    """ "Not now" with a delay, or "never": both are answers."""
    try:
        opened = by_link(link)
        if opened.invitation is None:
            return redirect("survey:survey", link=link)
        chosen = request.POST.get("days", "")
        days = None if chosen == "never" else int(chosen) if chosen.isdecimal() and len(chosen) < 4 else 0  # noqa: PLR2004
        stay_silent(invitation=opened.invitation, days=days)
    except Refusal as refusal:
        return sorry(request, refusal)
    return private(render(request, "surveys/quiet.html", {"days": days, "link": link}))


# ── Pages ─────────────────────────────────────────────────────────────────────────────────
def _page(
    request: HttpRequest, link: str, opened: Opened, survey: Definition, about: Mapping[str, Any]
) -> HttpResponse:
    language, errors, way = _language(survey), about.get("errors", {}), about["way"]
    questions = drawn(about["step"].questions, about["values"], language, errors)
    context = {
        "is_kiosk": False, "is_begun": False, "is_chosen": False, "place": "", **about, **_around(link, opened, survey),
        "questions": questions, "errors": errors, "page_title": said(about["step"].page.title, language),
        "number": len(way), "steps": _steps(survey), "before": way[-2].page.key if len(way) > 1 else "",
        "is_last": _is_last(survey, way), "is_trial": opened.draft is not None,
        "may_wait": opened.invitation is not None and not about.get("is_begun", False),
    }  # fmt: skip
    return private(render(request, "surveys/page.html", context, status=422 if errors else 200))


def _steps(survey: Definition) -> int:
    """How many pages everybody sees; 0 when answers decide, and nobody can be promised anything."""
    has_ways = any(page.show_if or page.then or all(one.show_if for one in page.questions) for page in survey.pages)
    return 0 if has_ways else len(survey.pages)


def _is_last(survey: Definition, way: list[Step]) -> bool:
    return bool(survey.pages) and way[-1].page is survey.pages[-1]


def _around(link: str, opened: Opened, survey: Definition) -> dict[str, Any]:
    language = _language(survey)
    return {
        "link": link,
        "title": said(survey.title, language),
        "intro": said(survey.intro, language),
        "language": language,
        "names": survey.names,
        "is_own": opened.invitation is not None,
        "seen_url": reverse("survey:seen", args=[link]) if _is_first_look(opened.invitation) else "",
    }


def _is_first_look(invitation: Invitation | None) -> bool:
    return invitation is not None and not invitation.is_opened


def _thanks(request: HttpRequest, link: str, opened: Opened, survey: Definition, sitting: Sitting) -> HttpResponse:
    words = said(survey.thanks, _language(survey))
    context = {**_around(link, opened, survey), "thanks": words, "is_kiosk": sitting.channel == KIOSK,
               "is_trial": sitting.is_trial, "place": sitting.segment}  # fmt: skip
    return private(render(request, "surveys/thanks.html", context))


def sorry(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A kind page for what is over or was never there, and for a crowd behind one network."""
    if isinstance(refusal, TooOften):
        answer = render(request, "surveys/sorry.html", {"refusal": refusal}, status=429)
        answer["Retry-After"] = str(max(1, int(refusal.wait.total_seconds())))
        return private(answer)
    if refusal.code not in _SORRY:
        raise refusal
    status = {"link_invalid": 404, "link_expired": 410, "survey_closed": 410}.get(refusal.code, 200)
    return private(render(request, "surveys/sorry.html", {"refusal": refusal}, status=status))


def _count(request: HttpRequest) -> None:
    count_one("surveys.answer", client_address(request), most=_MOST, within=_WITHIN)


def _language(survey: Definition) -> str:
    """That of the page where the survey speaks it, else its first."""
    here = (get_language() or "")[:2]
    return here if here in survey.languages else survey.languages[0]


def private(answer: HttpResponse) -> HttpResponse:
    add_never_cache_headers(answer)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
