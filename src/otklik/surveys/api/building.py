"""Writing, publishing and reading surveys."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query

from otklik.foundation.actors import require
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.surveys import actions
from otklik.surveys.api.router import router
from otklik.surveys.api.shapes import SurveyFilter, SurveyLineOut, SurveyList, SurveyOut, survey_out
from otklik.surveys.models import Survey
from otklik.surveys.pages import address_of
from otklik.surveys.queries import survey_by_id, surveys, version_to_show
from otklik.surveys.shape import SurveyIn

_WRITTEN = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


@router.get("/surveys", response={200: SurveyList, 403: Problem, 422: Problem}, summary="List surveys")
def list_surveys(request: HttpRequest, asked: Annotated[SurveyFilter, Query()]) -> HttpResponse:
    """Newest first."""
    require(actor_of(request), "surveys.see")
    rows = surveys().order_by("-id")
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    lines = [
        SurveyLineOut(
            id=one.pk, name=one.name, family=one.family, is_open=one.closed_at is None and one.live_number is not None,
            version=one.live_number, answers=one.sittings,
        )
        for one in page.items
    ]  # fmt: skip
    return respond(SurveyList(items=lines, next=page.next))


@router.post("/surveys", response={201: SurveyOut, 403: Problem, 422: Problem}, summary="Write a survey")
def create_survey(request: HttpRequest, data: SurveyIn) -> HttpResponse:
    """A draft, which nobody is asked before it is published. What `GET /surveys/{id}` gives is taken as it is."""
    survey = actions.write_survey(definition=data.definition(), actor=actor_of(request))
    return _out(survey, status=201)


@router.get(
    "/surveys/{int:survey_id}",
    response={200: SurveyOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Read a survey",
)
def read_survey(request: HttpRequest, survey_id: int, version: int | None = None) -> HttpResponse:
    """The version with this number; without one the draft, or what is asked now when there is none."""
    require(actor_of(request), "surveys.see")
    return _out(survey_by_id(survey_id), number=version)


@router.post("/surveys/{int:survey_id}", response={200: SurveyOut, **_WRITTEN}, summary="Change a survey")
def edit_survey(request: HttpRequest, survey_id: int, data: SurveyIn) -> HttpResponse:
    """The whole of it, as a draft; what is asked now stays as it is until the draft is published."""
    survey = survey_by_id(survey_id)
    actions.change_survey(survey=survey, definition=data.definition(), actor=actor_of(request))
    return _out(survey)


@router.post("/surveys/{int:survey_id}/publish", response={200: SurveyOut, **_WRITTEN}, summary="Publish a survey")
def publish_survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Ask the draft from now on. A loop, a page that nobody reaches or a missing translation is refused in words:
    `survey_loops`, `page_unreachable`, `words_missing` and others, with each flaw among `fields`."""
    survey = survey_by_id(survey_id)
    version = actions.publish(survey=survey, actor=actor_of(request))
    return _out(survey, number=version.number)


@router.post("/surveys/{int:survey_id}/close", response={200: SurveyOut, **_WRITTEN}, summary="Close a survey")
def close_survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """It takes no answers any more."""
    actions.close_survey(survey=survey_by_id(survey_id), actor=actor_of(request))
    return _out(survey_by_id(survey_id))


@router.post("/surveys/{int:survey_id}/open", response={200: SurveyOut, **_WRITTEN}, summary="Open a survey again")
def open_survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """It takes answers again."""
    actions.open_survey(survey=survey_by_id(survey_id), actor=actor_of(request))
    return _out(survey_by_id(survey_id))


def _out(survey: Survey, *, number: int | None = None, status: int = 200) -> HttpResponse:
    survey.refresh_from_db()
    return respond(survey_out(survey, version_to_show(survey, number), address_of(survey)), status=status)
