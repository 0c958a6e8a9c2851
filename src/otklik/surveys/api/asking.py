"""Whom a survey asks and whom it does not, for programs."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query

from otklik.customers.actions import identify
from otklik.foundation.actors import require
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.surveys import actions
from otklik.surveys.api.router import router
from otklik.surveys.api.shapes import (
    SurveyFiguresFilter,
    SurveyFunnel,
    SurveyInvitationIn,
    SurveyPlan,
    SurveyStepsOut,
    SurveyTurnList,
    SurveyTurnOut,
    SurveyTurnsFilter,
    plan_out,
    turn_out,
)
from otklik.surveys.queries import Narrowed, funnel, plan_of, survey_by_id, turns
from otklik.surveys.results import rows_of_funnel

_REFUSED = {403: Problem, 404: Problem, 422: Problem}


@router.get("/surveys/{int:survey_id}/plan", response={200: SurveyPlan, **_REFUSED}, summary="Read how a survey asks")
def read_plan(request: HttpRequest, survey_id: int) -> HttpResponse:
    """After which cases and on what schedule it asks by itself, and when the next round begins."""
    require(actor_of(request), "surveys.see")
    return respond(plan_out(plan_of(survey_by_id(survey_id))))


@router.post(
    "/surveys/{int:survey_id}/plan", response={200: SurveyPlan, **_REFUSED}, summary="Change how a survey asks"
)
def change_plan(request: HttpRequest, survey_id: int, data: SurveyPlan) -> HttpResponse:
    """By itself after cases, or on a schedule. A schedule begins its first round at once."""
    survey = survey_by_id(survey_id)
    wanted = actions.Wanted(**data.model_dump(exclude={"next_at"}))
    return respond(plan_out(actions.plan_asking(survey=survey, wanted=wanted, actor=actor_of(request))))


@router.post(
    "/surveys/{int:survey_id}/invitations",
    response={201: SurveyTurnOut, **_REFUSED},
    summary="Ask one customer by a letter",
)
def ask_customer(request: HttpRequest, survey_id: int, data: SurveyInvitationIn) -> HttpResponse:
    """By the same rules as everybody. 201 also when a rule says no: `outcome` is then that rule, and `until` says when
    it lets go."""
    actor = actor_of(request)
    require(actor, "surveys.edit")
    survey = survey_by_id(survey_id)
    customer = identify(kind="email", value=data.customer.email)
    return respond(turn_out(actions.ask_by_hand(survey=survey, customer=customer, actor=actor)), status=201)


@router.get(
    "/surveys/{int:survey_id}/turns",
    response={200: SurveyTurnList, **_REFUSED},
    summary="List who was asked and who was not",
)
def list_turns(request: HttpRequest, survey_id: int, asked: Annotated[SurveyTurnsFilter, Query()]) -> HttpResponse:
    """Newest first. `outcome`: `asked`, `waits`, or the rule that said no."""
    require(actor_of(request), "surveys.see")
    rows = turns(survey_by_id(survey_id), rule=asked.outcome).order_by("-id")
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(SurveyTurnList(items=[turn_out(one) for one in page.items], next=page.next))


@router.get(
    "/surveys/{int:survey_id}/funnel", response={200: SurveyFunnel, **_REFUSED}, summary="Read how many came how far"
)
def survey_funnel(request: HttpRequest, survey_id: int, asked: Annotated[SurveyFiguresFilter, Query()]) -> HttpResponse:
    """By channel, and by segment where a channel has several (`segment` null: all of them). `rate` is the share of
    answers, `formula` says in numbers how it is counted."""
    require(actor_of(request), "surveys.see")
    narrowed = Narrowed(since=asked.from_, until=asked.to, segment=asked.segment, channel=asked.channel)
    rows = rows_of_funnel(funnel(survey_by_id(survey_id), narrowed))
    items = [
        SurveyStepsOut(
            channel=one.code, segment=one.segment, **vars(one.steps), rate=one.rate.value, low=one.rate.low,
            high=one.rate.high, formula=one.formula,
        )
        for one in rows
    ]  # fmt: skip
    return respond(SurveyFunnel(items=items))
