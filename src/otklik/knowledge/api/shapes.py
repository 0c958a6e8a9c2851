"""What the API says and hears of the help centre: the contract, as types."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from otklik.foundation.http.responses import Limit, Moment, Text
from otklik.knowledge.actions import Words
from otklik.knowledge.models import Article, Audience, Section, Version
from otklik.knowledge.queries import IN_WORK
from otklik.knowledge.rendering import render
from otklik.team.models import Agent

Language = Annotated[str, Field(pattern="^[a-z]{2}$", examples=["ru"])]
Slug = Annotated[str, Field(max_length=120, pattern="^[-a-zA-Z0-9_]*$", examples=["kak-vernut-dengi"])]


# ── Said ──────────────────────────────────────────────────────────────────────────────────
class AuthorOut(BaseModel):
    id: int
    name: str = Field(examples=["Анна Смирнова"])
    email: str = Field(examples=["anna@gorizont.example"])


class SectionOut(BaseModel):
    """A shelf of the help centre; `titles` and `descriptions` are language → text."""

    id: int
    slug: str = Field(examples=["oplata"])
    titles: dict[str, str] = Field(examples=[{"ru": "Оплата и возврат", "en": "Payment"}])
    descriptions: dict[str, str]
    parent: int | None
    brand: int | None = Field(description="Null: it stands in the help centre of every brand.")
    icon: str
    place: int = Field(description="Its place among its neighbours, the smallest first.")


class Sections(BaseModel):
    items: list[SectionOut]
    next: str | None = None


class ArticleOut(BaseModel):
    """What stands at one address in one language. `is_live`: readers see it; `in_work` says how far its next version
    is: `draft`, `waiting` (for a second pair of eyes), `approved` (perhaps with a date), null when there is none."""

    id: int
    external_id: str = Field(description="Its id where it was imported from; '' when it was written here.")
    language: str = Field(examples=["ru"])
    slug: str = Field(examples=["kak-vernut-dengi"])
    title: str = Field(examples=["Как вернуть деньги?"], description="Of what readers see, else of the draft.")
    summary: str
    section: str | None = Field(examples=["oplata"], description="Its slug.")
    audience: str = Field(examples=["public"], description="public, signed_in, organization or staff.")
    owner: AuthorOut | None = Field(description="Who keeps it true.")
    standard: int | None
    original: int | None = Field(description="The article that this one translates.")
    is_live: bool
    in_work: str | None = Field(examples=["draft"])
    place: int
    review_every_days: int = Field(description="0: never.")
    review_at: datetime | None = Field(description="When it should be looked through again.")
    reviewed_at: datetime | None
    archived_at: datetime | None
    created_at: datetime


class Articles(BaseModel):
    items: list[ArticleOut]
    next: str | None


class VersionOut(BaseModel):
    """The words of an article at one time. `state`: draft, waiting, approved, live or past."""

    number: int
    state: str = Field(examples=["live"])
    title: str
    summary: str
    body: str = Field(description="Markdown.")
    questions: list[str] = Field(description="As customers ask; the search finds them.")
    change_note: str
    as_in: int | None = Field(description="The number of the earlier version whose words it has again.")
    author: AuthorOut | None
    approved_by: AuthorOut | None
    returned_because: str = Field(description="What whoever looked at it asked to change.")
    edits: int = Field(description="How often it was saved; give it back, and you are told when somebody was first.")
    publish_at: datetime | None
    published_at: datetime | None
    created_at: datetime
    changed_at: datetime


class RenderedVersionOut(VersionOut):
    html: str = Field(description="Safe HTML, blocks for staff included.")


class Versions(BaseModel):
    items: list[VersionOut]
    next: str | None


class WholeArticleOut(ArticleOut):
    """With its words: what readers see, and what is being written."""

    organizations: list[int] = Field(description="Whose people may read it when the audience is `organization`.")
    live: RenderedVersionOut | None
    draft: RenderedVersionOut | None


def author(agent: Agent | None) -> AuthorOut | None:
    return AuthorOut(id=agent.pk, name=agent.name, email=agent.email) if agent else None


def section_out(section: Section) -> SectionOut:
    copied = ("slug", "titles", "descriptions", "icon", "place")
    values: dict[str, Any] = {name: getattr(section, name) for name in copied}
    return SectionOut(id=section.pk, parent=section.parent_id, brand=section.brand_id, **values)


def article_out(article: Article, last: Version) -> ArticleOut:
    """``last``: its newest version."""
    return ArticleOut(**_values(article, last))


def whole_article(article: Article, last: Version) -> WholeArticleOut:
    return WholeArticleOut(
        **_values(article, last),
        organizations=sorted(article.organizations.values_list("pk", flat=True)),
        live=rendered(article.live) if article.live else None,
        draft=rendered(last) if last.state in IN_WORK else None,
    )


def _values(article: Article, last: Version) -> dict[str, Any]:
    copied = (
        "external_id", "language", "slug", "audience", "place", "review_every_days", "review_at", "reviewed_at",
        "archived_at", "created_at",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(article, name) for name in copied}
    words = article.live or last
    return values | {
        "id": article.pk,
        "title": words.title,
        "summary": words.summary,
        "section": article.section.slug if article.section else None,
        "owner": author(article.owner),
        "standard": article.standard_id,
        "original": article.original_id,
        "is_live": article.live is not None,
        "in_work": last.state if last.state in IN_WORK else None,
    }


def version_out(version: Version) -> VersionOut:
    return VersionOut(**_version_values(version))


def rendered(version: Version) -> RenderedVersionOut:
    return RenderedVersionOut(**_version_values(version), html=render(version.body, with_staff=True).html)


def _version_values(version: Version) -> dict[str, Any]:
    copied = (
        "number", "state", "title", "summary", "body", "questions", "change_note", "as_in", "returned_because", "edits",
        "publish_at", "published_at", "created_at", "changed_at",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(version, name) for name in copied}
    return values | {"author": author(version.author), "approved_by": author(version.approved_by)}


# ── Heard ─────────────────────────────────────────────────────────────────────────────────
class Paged(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


class ArticleFilter(Paged):
    language: Text = Field("", description="ru or en.")
    section: Text = Field("", description="The slug of a section; articles of its own, not of those inside it.")
    audience: Text = Field("", description="public, signed_in, organization or staff.")
    state: Literal["", "live", "draft", "waiting", "approved", "archived"] = Field(
        "", description="`live`: readers see it; `draft`, `waiting`, `approved`: a version in work is so far."
    )
    owner: Text = Field("", description="E-mail or id of the agent who keeps it.")
    external_id: Text = Field("", description="The id where it was imported from.")
    review_before: Moment | None = Field(None, description="Only those whose review is due before this moment.")


class SectionIn(BaseModel):
    """What is not given stays as it is; a new section needs a title."""

    slug: Annotated[Slug, Field(max_length=80)] | None = Field(None, description="Its address; made of the title.")
    titles: dict[Language, Annotated[Text, Field(max_length=200)]] | None = Field(
        None, examples=[{"ru": "Оплата и возврат"}]
    )
    descriptions: dict[Language, Annotated[Text, Field(max_length=400)]] | None = None
    parent: int | Text | None = Field(None, description="Id or slug of the section in which it stands.")
    icon: Annotated[Text, Field(max_length=40)] | None = None
    place: Annotated[int, Field(ge=0, le=32_767)] | None = None


class HouseWords(BaseModel):
    """Words that mean the same, in groups, and words that say nothing."""

    synonyms: list[list[Text]] = Field(default_factory=list, examples=[[["возврат", "вернуть деньги"]]])
    stop_words: list[Text] = Field(default_factory=list, examples=[["подскажите"]])


class WordsIn(BaseModel):
    title: Annotated[Text, Field(max_length=500)] = Field(examples=["Как вернуть деньги?"])
    body: Text = Field("", description="Markdown.", examples=["Напишите нам номер заказа, и мы вернём деньги."])
    summary: Annotated[Text, Field(max_length=400)] = ""
    questions: Annotated[list[Annotated[Text, Field(max_length=300)]], Field(max_length=50)] = Field(
        default_factory=list, examples=[["верните деньги"]]
    )
    change_note: Annotated[Text, Field(max_length=200)] = ""

    def words(self) -> Words:
        return Words(
            title=self.title,
            body=self.body,
            summary=self.summary,
            questions=self.questions,
            change_note=self.change_note,
        )


class DraftIn(WordsIn):
    edits: int | None = Field(None, description="`edits` of the draft you read: 409 when somebody saved it since.")


class AroundIn(BaseModel):
    """What stands around the words; what is not given stays as it is."""

    slug: Slug | None = Field(None, description="A new address; the old one keeps leading to the article.")
    section: int | Text | None = Field(None, description="Id or slug of a section; null takes it off the shelves.")
    audience: Audience | None = None
    organizations: Annotated[list[int], Field(max_length=500)] | None = None
    owner: int | Text | None = Field(None, description="E-mail or id of the agent who keeps it.")
    standard: int | None = None
    original: int | None = Field(None, description="Id of the article that this one translates.")
    external_id: Annotated[Text, Field(max_length=120)] | None = None
    place: Annotated[int, Field(ge=0, le=32_767)] | None = None
    review_every_days: Annotated[int, Field(ge=0, le=3_650)] | None = None
    review_at: Moment | None = None


class ArticleIn(WordsIn, AroundIn):
    """A new article; it begins as a draft."""

    language: Language = "ru"


class BecauseIn(BaseModel):
    because: Text = Field(examples=["Не хватает срока возврата."], description="What the author should change.")


class PublishIn(BaseModel):
    at: Moment | None = Field(None, description="A later moment; null publishes now.")
