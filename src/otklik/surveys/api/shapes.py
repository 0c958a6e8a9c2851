"""What the API says and hears of surveys."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from otklik.foundation.figures import Estimate
from otklik.foundation.http.responses import Limit, Moment, Text
from otklik.surveys.asked_words import rule_words
from otklik.surveys.figures import Told
from otklik.surveys.models import Plan, Survey, Turn, Version
from otklik.surveys.shape import SurveyShape


class SurveyOut(SurveyShape):
    """A survey; the same that `POST /surveys` takes, with five things that are only read."""

    id: int
    state: Literal["draft", "waiting", "approved", "live", "past"] = Field(description="Of the version shown.")
    version: int
    is_open: bool = Field(description="It takes answers.")
    url: str = Field(description="The page on which anybody who has the address answers.")


class SurveyLineOut(BaseModel):
    id: int
    name: str
    family: str
    is_open: bool
    version: int | None = Field(description="The version that is asked; null until one is published.")
    answers: int = Field(description="How many have begun to answer.")


class SurveyList(BaseModel):
    items: list[SurveyLineOut]
    next: str | None


class SurveyFilter(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


class SurveyAnswerIn(BaseModel):
    """`value` by instrument: a number; the id of an option; a list of ids; words; true or false; of a matrix a number
    by row; of a SERVQUAL pair `{"expected": 6, "perceived": 5}`. null or missing: not answered.
    """

    question: Annotated[Text, Field(max_length=40)]
    value: Any = None


class SurveyAnswererIn(BaseModel):
    email: Annotated[Text, Field(max_length=320)]


class SurveyAnswersIn(BaseModel):
    answers: list[SurveyAnswerIn] = Field(max_length=500)
    customer: SurveyAnswererIn | None = Field(None, description="Kept only of an identified survey.")
    at: Moment | None = Field(None, description="When it was answered; now if missing.")
    channel: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,30}$")] = "api"
    segment: Annotated[Text, Field(max_length=80)] = ""


class SurveyAnswersOut(BaseModel):
    """What was taken. `customer`: whose it is, null where the survey has no names."""

    survey: int
    version: int
    answered: list[str] = Field(description="Keys of the questions that now have an answer.")
    customer: int | None


class SurveyFiguresFilter(BaseModel):
    """A filter that is missing narrows nothing; an empty segment means answers without one."""

    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    segment: Text | None = None
    channel: Text | None = None


class SurveyEstimateOut(BaseModel):
    """A value with its 95 % interval; null where nothing was counted or the data cannot say."""

    value: float | None
    n: int
    low: float | None
    high: float | None


class SurveyOptionFigureOut(SurveyEstimateOut):
    option: str


class SurveyLeftOutOut(BaseModel):
    """Who is not in the figure, and why."""

    skipped: int = Field(description="Saw it and went on.")
    not_shown: int = Field(description="Went through to the end by a way without it.")
    not_reached: int = Field(description="Stopped before.")
    withheld: int = Field(description="Answered without a name, and would be among fewer than five.")


class SurveyFigureOut(SurveyEstimateOut):
    """One question in one wording; of a matrix each row.

    `value` is in points (-100..100) for NPS; a share (0..1) of the best answers for CSAT (4 and 5) and CES (5, 6, 7),
    and of "yes" for a consent; else a mean in units of the scale, for SERVQUAL perceived minus expected. For choices
    and words it is null, and `n` says how many answered.
    """

    question: str
    instrument: str
    wording: int = Field(description="Versions with the same number ask in the same words, and are counted together.")
    row: str | None
    mean: SurveyEstimateOut | None = Field(description="Beside a share of CSAT and CES.")
    options: list[SurveyOptionFigureOut] | None = Field(description="Shares among those who answered.")
    left_out: SurveyLeftOutOut


class SurveyFigures(BaseModel):
    items: list[SurveyFigureOut]


def survey_out(survey: Survey, version: Version, url: str) -> SurveyOut:
    is_open = survey.closed_at is None and version.published_at is not None
    about = {"id": survey.pk, "state": version.state, "version": version.number, "is_open": is_open, "url": url}
    return SurveyOut.model_validate({**version.definition, **about})


def figure_out(told: Told) -> SurveyFigureOut:
    options = [SurveyOptionFigureOut(option=one, **_estimate(found)) for one, found in told.options.items()]
    return SurveyFigureOut(
        question=told.question.key,
        instrument=told.question.instrument,
        wording=told.series,
        row=told.part or None,
        mean=SurveyEstimateOut(**_estimate(told.mean)) if told.mean else None,
        options=options or None,
        left_out=SurveyLeftOutOut(**told.left),
        **_estimate(told.value),
    )


def _estimate(found: Estimate) -> dict[str, Any]:
    return {"value": found.value, "n": found.n, "low": found.low, "high": found.high}


# ── Whom it asks ──────────────────────────────────────────────────────────────────────────
class SurveyPlan(BaseModel):
    """How a survey asks by itself: at the end of cases, or each `every_days` a `share` (percent) of all customers."""

    trigger: Literal["none", "satisfied", "closed", "schedule"] = "none"
    share: int = 100
    every_days: int = 30
    delay_hours: int = Field(24, description="After the end of the case.")
    reminders: int = Field(1, description="To the silent; two at most.")
    remind_after_days: int = 4
    next_at: Moment | None = Field(None, description="When a schedule asks next; only read.")


def plan_out(plan: Plan) -> SurveyPlan:
    return SurveyPlan(**{name: getattr(plan, name) for name in SurveyPlan.model_fields})


class SurveyInvitationIn(BaseModel):
    customer: SurveyAnswererIn


class SurveyTurnsFilter(BaseModel):
    outcome: Literal[
        "", "asked", "waits", "not", "address", "twice", "closed", "gone", "never", "not_now", "spam", "no_address",
        "case_open", "complaint", "waiting", "lately", "family", "gate",
    ] = ""  # fmt: skip
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


class SurveyTurnOut(BaseModel):
    """Somebody was to be asked. `outcome`: `asked`, `waits`, or the rule that said no, with `reason` in words."""

    id: int
    customer: int | None
    because: Text = Field(description="`list`, `schedule`, `case` or `hand`.")
    case: int | None
    list: int | None
    line: int | None
    outcome: str
    reason: str
    until: Moment | None = Field(description="When the rule lets go; null for never, or where nobody knows.")
    due_at: Moment
    done_at: Moment | None


class SurveyTurnList(BaseModel):
    items: list[SurveyTurnOut]
    next: str | None


def turn_out(turn: Turn) -> SurveyTurnOut:
    outcome = turn.rule or ("asked" if turn.invitation_id else "waits")
    return SurveyTurnOut(
        id=turn.pk, customer=turn.customer_id, because=turn.because, case=turn.case_id, list=turn.list_id,
        line=turn.line, outcome=outcome, reason=rule_words(turn) if turn.rule else "", until=turn.until,
        due_at=turn.due_at, done_at=turn.done_at,
    )  # fmt: skip


class SurveyStepsOut(BaseModel):
    channel: str
    segment: str | None
    invited: int | None
    delivered: int | None
    opened: int | None
    started: int
    finished: int
    rate: float | None
    low: float | None
    high: float | None
    formula: str


class SurveyFunnel(BaseModel):
    items: list[SurveyStepsOut]
