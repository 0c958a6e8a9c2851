"""What programs learn: readers' words, figures, questions asked in vain, corrections proposed by colleagues."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BaseModel, Field

from otklik.foundation.actors import require
from otklik.foundation.errors import Refusal
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Problem, Text, actor_of, respond
from otklik.knowledge.actions import decide_correction, propose_correction, reopen_correction, settle_searches
from otklik.knowledge.api.reading import article_by_id
from otklik.knowledge.api.router import router
from otklik.knowledge.api.shapes import AuthorOut, Language, Paged, author
from otklik.knowledge.figures import Lack, asked_in_vain, reach_of_articles
from otklik.knowledge.models import Correction, Feedback
from otklik.knowledge.visits import self_service


# ── Readers ───────────────────────────────────────────────────────────────────────────────
class FeedbackOut(BaseModel):
    """A reader's word about one version; nobody is named."""

    id: int
    article: int
    version: int = Field(description="Its number.")
    is_helpful: bool
    missing: str = Field(description="What was missing, in the reader's words.")
    at: datetime


class FeedbackList(BaseModel):
    items: list[FeedbackOut]
    next: str | None


class FeedbackFilter(Paged):
    article: int | None = None
    helpful: bool | None = None


@router.get("/knowledge/feedback", response={200: FeedbackList, 422: Problem}, summary="List readers' words")
def list_feedback(request: HttpRequest, asked: Annotated[FeedbackFilter, Query()]) -> HttpResponse:
    """“Was it helpful?”, newest first."""
    require(actor_of(request), "knowledge.write")
    rows = Feedback.objects.select_related("version").order_by("-id")
    if asked.article is not None:
        rows = rows.filter(article_id=asked.article)
    if asked.helpful is not None:
        rows = rows.filter(is_helpful=asked.helpful)
    after = number_after(asked.cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    said = [
        FeedbackOut(
            id=row.pk,
            article=row.article_id,
            version=row.version.number,
            is_helpful=row.is_helpful,
            missing=row.missing,
            at=row.at,
        )
        for row in page.items
    ]
    return respond(FeedbackList(items=said, next=page.next))


# ── Figures ───────────────────────────────────────────────────────────────────────────────
class SelfServiceOut(BaseModel):
    """How visits ended. `confirmed` = solved / (solved + wrote). `deflection` = (visits - wrote) / visits is an
    estimate and an upper bound: it takes everybody who left in silence for a success."""

    visits: int
    solved: int = Field(description="Pressed “this solved it” and did not write.")
    wrote: int = Field(description="Became a case.")
    silent: int
    confirmed: float | None
    deflection: float | None


class ReachOut(BaseModel):
    """What one article did; `helpful_low` and `helpful_high` are the 95 % interval (Wilson), in percent."""

    article: int
    views: int
    helpful: int
    unhelpful: int
    helpful_low: int
    helpful_high: int
    solved: int
    quotes: int = Field(description="Cases in which an agent quoted it.")


class FiguresOut(BaseModel):
    since: datetime
    until: datetime
    self_service: SelfServiceOut
    articles: list[ReachOut] = Field(description="The most read first.")


class Span(BaseModel):
    days: Annotated[int, Field(ge=1, le=366)] = Field(28, description="So many days until now.")


@router.get("/knowledge/figures", response={200: FiguresOut, 422: Problem}, summary="Read the figures")
def read_figures(request: HttpRequest, asked: Annotated[Span, Query()]) -> HttpResponse:
    """What articles did for readers, and how visits ended."""
    require(actor_of(request), "knowledge.write")
    until = timezone.now()
    since = until - timedelta(days=asked.days)
    served = self_service(since=since, until=until)
    names = ("visits", "solved", "wrote", "silent", "confirmed", "deflection")
    reach = sorted(reach_of_articles(since=since, until=until).items(), key=lambda one: (-one[1].views, one[0]))
    articles = [
        ReachOut(
            article=pk,
            views=one.views,
            helpful=one.helpful,
            unhelpful=one.unhelpful,
            helpful_low=one.low,
            helpful_high=one.high,
            solved=one.solved,
            quotes=one.quotes,
        )
        for pk, one in reach
    ]
    ends = SelfServiceOut(**{name: getattr(served, name) for name in names})
    return respond(FiguresOut(since=since, until=until, self_service=ends, articles=articles))


# ── Asked in vain ─────────────────────────────────────────────────────────────────────────
class QuestionOut(BaseModel):
    """One question, however often. `cases`: some that it became."""

    words: str
    language: str
    times: int
    visits: int
    last_at: datetime
    top: int | None = Field(description="The article that was shown first the last time.")
    cases: list[int]


class Questions(BaseModel):
    items: list[QuestionOut]
    next: str | None = None


class QuestionFilter(Span):
    lack: Lack = Field(
        Lack.NOTHING,
        description="`nothing` fitted, something fitted and was `unopened`, or it `became_case` although it fitted.",
    )


class SettleIn(BaseModel):
    words: Annotated[Text, Field(max_length=300)]
    language: Language


class Settled(BaseModel):
    searches: int = Field(description="How many searches were taken off the list.")


@router.get("/knowledge/questions", response={200: Questions, 422: Problem}, summary="List questions asked in vain")
def list_questions(request: HttpRequest, asked: Annotated[QuestionFilter, Query()]) -> HttpResponse:
    """The authors' work list, the most frequent first, at most 200."""
    require(actor_of(request), "knowledge.write")
    rows = asked_in_vain(asked.lack, since=timezone.now() - timedelta(days=asked.days))
    copied = ("words", "language", "times", "visits", "last_at")
    items = [
        QuestionOut(**{name: getattr(row, name) for name in copied}, top=row.top_id, cases=list(row.case_ids))
        for row in rows
    ]
    return respond(Questions(items=items))


@router.post(
    "/knowledge/questions/settle", response={200: Settled, 422: Problem}, summary="Take a question off the list"
)
def settle_question(request: HttpRequest, data: SettleIn) -> HttpResponse:
    """It comes back with the next such search."""
    searches = settle_searches(words=data.words, language=data.language, actor=actor_of(request))
    return respond(Settled(searches=searches))


# ── Corrections ───────────────────────────────────────────────────────────────────────────
class CorrectionOut(BaseModel):
    """What a colleague proposes to the author."""

    id: int
    article: int
    version: int = Field(description="The number of the version it speaks of.")
    words: str
    body: str = Field(description="The whole text as it should be; '' if not proposed.")
    case: int | None
    agent: AuthorOut | None
    state: str = Field(examples=["open"], description="open, taken or declined.")
    answer: str
    decided_by: AuthorOut | None
    at: datetime
    decided_at: datetime | None


class Corrections(BaseModel):
    items: list[CorrectionOut]
    next: str | None


class CorrectionFilter(Paged):
    article: int | None = None
    state: Literal["", "open", "taken", "declined"] = ""


class CorrectionIn(BaseModel):
    words: Text = Field(examples=["Срок теперь десять дней."])
    body: Text = Field("", description="The whole text as it should be, in Markdown.")
    case: int | None = Field(None, description="The case in which it was noticed.")


class DecisionIn(BaseModel):
    is_taken: bool
    answer: Text = Field("", description="Needed when it is not taken.")


_ROWS = Correction.objects.select_related("version", "agent", "decided_by")


def _correction_out(row: Correction) -> CorrectionOut:
    return CorrectionOut(
        id=row.pk,
        article=row.article_id,
        version=row.version.number,
        words=row.words,
        body=row.body,
        case=row.case_id,
        agent=author(row.agent),
        state=row.state,
        answer=row.answer,
        decided_by=author(row.decided_by),
        at=row.at,
        decided_at=row.decided_at,
    )


@router.get("/knowledge/corrections", response={200: Corrections, 422: Problem}, summary="List proposed corrections")
def list_corrections(request: HttpRequest, asked: Annotated[CorrectionFilter, Query()]) -> HttpResponse:
    """Newest first."""
    require(actor_of(request), "knowledge.write")
    rows = _ROWS.order_by("-id")
    if asked.article is not None:
        rows = rows.filter(article_id=asked.article)
    if asked.state:
        rows = rows.filter(state=asked.state)
    after = number_after(asked.cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(Corrections(items=[_correction_out(row) for row in page.items], next=page.next))


@router.post(
    "/knowledge/articles/{int:pk}/corrections",
    response={201: CorrectionOut, 404: Problem, 422: Problem},
    summary="Propose a correction",
)
def create_correction(request: HttpRequest, pk: int, data: CorrectionIn) -> HttpResponse:
    """Its keeper is told."""
    actor = actor_of(request)
    row = propose_correction(
        article=article_by_id(pk, actor=actor), words=data.words, body=data.body, case_id=data.case, actor=actor
    )
    return respond(_correction_out(_ROWS.get(pk=row.pk)), status=201)


@router.post(
    "/knowledge/corrections/{int:pk}/decide",
    response={200: CorrectionOut, 404: Problem, 409: Problem, 422: Problem},
    summary="Decide about a correction",
)
def decide_about_correction(request: HttpRequest, pk: int, data: DecisionIn) -> HttpResponse:
    """Taking it changes no words: save the draft as well."""
    row = _correction(request, pk)
    decide_correction(correction=row, is_taken=data.is_taken, answer=data.answer, actor=actor_of(request))
    return respond(_correction_out(_ROWS.get(pk=pk)))


@router.post(
    "/knowledge/corrections/{int:pk}/reopen",
    response={200: CorrectionOut, 404: Problem, 409: Problem},
    summary="Take back that a correction was declined",
)
def reopen_declined_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """It waits again, without the answer that its author was given."""
    reopen_correction(correction=_correction(request, pk), actor=actor_of(request))
    return respond(_correction_out(_ROWS.get(pk=pk)))


def _correction(request: HttpRequest, pk: int) -> Correction:
    require(actor_of(request), "knowledge.write")
    row = _ROWS.filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("There is no such correction."))
    return row
