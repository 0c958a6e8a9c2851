"""Topics for programs: the dictionary, and examples."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from otklik.foundation.actors import Actor, require
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond
from otklik.topics.actions import give_examples, save_topic
from otklik.topics.models import Topic
from otklik.topics.queries import topic_by_id, topics

router = Router(tags=["Topics"])


class TopicOut(BaseModel):
    """What people speak about."""

    id: int
    name: str
    path: str = Field(description="Names from the top down.", examples=["Доставка › Посылка стоит в пути"])
    parent: int | None
    synonyms: list[str]
    is_active: bool
    examples: int = Field(description="Confirmed by people, as of the last lesson.")
    takes_by_itself: bool = Field(description="Its measured precision has earned that.")
    precision: float | None = Field(description="0..1, by cross-validation; null before anything was tried.")
    tried: int = Field(description="Texts that `precision` stands on.")
    measured_at: datetime | None
    lately: int = Field(description="Cases of the last 28 days that are about it.")


class TopicList(BaseModel):
    items: list[TopicOut]
    next: str | None


class TopicIn(BaseModel):
    name: Annotated[Text, Field(max_length=80)]
    parent: int | None = Field(None, description="The topic that it stands below.")
    synonyms: Annotated[list[Annotated[Text, Field(max_length=80)]], Field(max_length=50)] = []
    examples: Annotated[list[Annotated[Text, Field(max_length=10_000)]], Field(max_length=200)] = Field(
        [], description="What customers write about it, in their own words."
    )


class ExamplesIn(BaseModel):
    """Texts that are of the topic."""

    examples: Annotated[list[Annotated[Text, Field(max_length=10_000)]], Field(max_length=200)]


class ExamplesOut(BaseModel):
    topic: int
    added: int = Field(description="How many of them are new.")


class TopicFilter(BaseModel):
    all: bool = Field(default=False, description="Also those that are not used any more.")
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


_WRITTEN: dict[Any, Any] = {403: Problem, 404: Problem, 422: Problem}


@router.get("/topics", response={200: TopicList, 403: Problem, 422: Problem}, summary="List topics")
def list_topics(request: HttpRequest, asked: Annotated[TopicFilter, Query()]) -> HttpResponse:
    """The last begun first; sorted by `path` they stand as a tree."""
    require(actor_of(request), "topics.see")
    rows = topics().order_by("-id") if asked.all else topics().filter(is_active=True).order_by("-id")
    if (after := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(TopicList(items=[_out(row) for row in page.items], next=page.next))


@router.post("/topics", response={201: TopicOut, **_WRITTEN}, summary="Begin a topic")
def create_topic(request: HttpRequest, data: TopicIn) -> HttpResponse:
    """For leads. Examples that come with it teach at once; ten are a good beginning."""
    actor = actor_of(request)
    parent = topic_by_id(data.parent) if data.parent is not None else None
    topic = save_topic(values={"name": data.name, "parent": parent, "synonyms": data.synonyms}, actor=actor)
    if data.examples:
        give_examples(topic=topic, texts=data.examples, actor=actor)
    return respond(_out(topic_by_id(topic.pk)), status=201)


@router.post("/topics/{int:pk}/examples", response={200: ExamplesOut, **_WRITTEN}, summary="Show a topic examples")
def add_examples(request: HttpRequest, pk: int, data: ExamplesIn) -> HttpResponse:
    """For leads. The same text said twice is one example; one that stood with another topic comes over."""
    actor: Actor = actor_of(request)
    added = give_examples(topic=topic_by_id(pk), texts=data.examples, actor=actor)
    return respond(ExamplesOut(topic=pk, added=added))


def _out(row: Any) -> TopicOut:
    """``row``: a topic as ``queries.topics`` has it."""
    assert isinstance(row, Topic), "a topic"
    return TopicOut(
        id=row.pk,
        name=row.name,
        path=row.path,
        parent=row.parent_id,
        synonyms=row.synonyms,
        is_active=row.is_active,
        examples=row.examples,
        takes_by_itself=row.takes_by_itself,
        precision=row.right / row.taken if row.taken else None,
        tried=row.taken,
        measured_at=row.measured_at,
        lately=row.lately,  # type: ignore[attr-defined]  # counted by the query
    )
