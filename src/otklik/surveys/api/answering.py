"""Answers from elsewhere, and what all of them tell."""

import secrets
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query

from otklik.foundation.actors import require
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.surveys.actions import Taken, take_answers
from otklik.surveys.api.router import router
from otklik.surveys.api.shapes import SurveyAnswersIn, SurveyAnswersOut, SurveyFigures, SurveyFiguresFilter, figure_out
from otklik.surveys.queries import Narrowed, figures, survey_by_id


@router.post(
    "/surveys/{int:survey_id}/answers",
    response={201: SurveyAnswersOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Take answers in",
)
def add_answers(request: HttpRequest, survey_id: int, data: SurveyAnswersIn) -> HttpResponse:
    """For imports and other players: all that one person answered. A question that is missing, or has null, was not
    answered, and is never a zero. Send an `Idempotency-Key`, and what is sent twice counts once."""
    survey = survey_by_id(survey_id)
    values = {one.question: one.value for one in data.answers}
    if len(values) < len(data.answers):
        raise Refusal(
            "answered_twice", _("Answer each question once."), fields={"answers": _("Answer each question once.")}
        )
    taken = Taken(token=secrets.token_urlsafe(24), channel=data.channel, segment=data.segment)
    sitting = take_answers(
        survey=survey,
        values=values,
        actor=actor_of(request),
        taken=taken,
        email=data.customer.email if data.customer else "",
        at=data.at,
    )
    answered = list(dict.fromkeys(sitting.answers.order_by("id").values_list("question", flat=True)))
    out = SurveyAnswersOut(
        survey=survey.pk, version=sitting.version.number, answered=answered, customer=sitting.customer_id
    )
    return respond(out, status=201)


@router.get(
    "/surveys/{int:survey_id}/figures",
    response={200: SurveyFigures, 403: Problem, 404: Problem, 422: Problem},
    summary="Read what a survey tells",
)
def survey_figures(
    request: HttpRequest, survey_id: int, asked: Annotated[SurveyFiguresFilter, Query()]
) -> HttpResponse:
    """Question by question, each wording apart. Of confidential and anonymous surveys fewer than five answers are never
    shown, also not by subtracting what two filters show."""
    require(actor_of(request), "surveys.see")
    narrowed = Narrowed(since=asked.from_, until=asked.to, segment=asked.segment, channel=asked.channel)
    told = figures(survey_by_id(survey_id), narrowed)
    return respond(SurveyFigures(items=[figure_out(one) for one in told]))
