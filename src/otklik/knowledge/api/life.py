"""The further life of an article: drafts taken back or thrown away, earlier words restored, reviews, files."""

import base64
import binascii
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BaseModel, Field

from otklik.foundation.errors import Refusal
from otklik.foundation.files.keeping import PICTURES
from otklik.foundation.files.links import Use, file_url
from otklik.foundation.http.responses import Problem, Text, actor_of, respond
from otklik.knowledge.actions import (
    add_file,
    bring_back,
    confirm_review,
    confirm_translation,
    drop_draft,
    remove_file,
    restore,
    take_back,
)
from otklik.knowledge.api.reading import article_by_id, as_it_is
from otklik.knowledge.api.router import router
from otklik.knowledge.api.writing import CHANGED, version_in_work
from otklik.knowledge.models import ArticleFile


class NumberIn(BaseModel):
    number: int = Field(description="Of an earlier version.")


@router.post("/knowledge/articles/{int:pk}/take-back", response=CHANGED, summary="Take the draft back")
def take_draft_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What waited for approval or for its hour is a draft again."""
    take_back(version=version_in_work(pk, request), actor=actor_of(request))
    return as_it_is(pk, actor_of(request))


@router.delete("/knowledge/articles/{int:pk}/draft", response=CHANGED, summary="Throw the draft away")
def delete_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What readers see stays."""
    drop_draft(version=version_in_work(pk, request), actor=actor_of(request))
    return as_it_is(pk, actor_of(request))


@router.post("/knowledge/articles/{int:pk}/restore", response=CHANGED, summary="Begin anew with earlier words")
def restore_version(request: HttpRequest, pk: int, data: NumberIn) -> HttpResponse:
    """They become a draft; publish it, and readers see them again."""
    version = article_by_id(pk, actor=actor_of(request)).versions.filter(number=data.number).first()
    if version is None:
        raise Refusal("not_found", _("There is no such version."))
    restore(version=version, actor=actor_of(request))
    return as_it_is(pk, actor_of(request))


@router.post("/knowledge/articles/{int:pk}/review", response=CHANGED, summary="Say that it is still true")
def review_article(request: HttpRequest, pk: int) -> HttpResponse:
    """The next review is due after `review_every_days`."""
    confirm_review(article=article_by_id(pk, actor=actor_of(request)), actor=actor_of(request))
    return as_it_is(pk, actor_of(request))


@router.post("/knowledge/articles/{int:pk}/bring-back", response=CHANGED, summary="Take it out of the archive")
def bring_article_back(request: HttpRequest, pk: int) -> HttpResponse:
    """As a draft; publish it, and readers see it at its old address."""
    bring_back(article=article_by_id(pk, actor=actor_of(request)), actor=actor_of(request))
    return as_it_is(pk, actor_of(request))


@router.post(
    "/knowledge/articles/{int:pk}/confirm-translation", response=CHANGED, summary="Say that the translation fits"
)
def confirm_article_translation(request: HttpRequest, pk: int) -> HttpResponse:
    """Its newest words say what the original says now."""
    article = article_by_id(pk, actor=actor_of(request))
    confirm_translation(version=article.versions.latest("number"), actor=actor_of(request))
    return as_it_is(pk, actor_of(request))


# ── Files ─────────────────────────────────────────────────────────────────────────────────
class ArticleFileOut(BaseModel):
    """A picture or an attachment; the Markdown calls it `file:NAME`."""

    name: str = Field(examples=["chek.png"])
    size: int = Field(description="Bytes.")
    content_type: str = Field(examples=["image/webp"])
    url: str = Field(description="A signed address, good for two days; no token is needed.")


class ArticleFiles(BaseModel):
    items: list[ArticleFileOut]
    next: str | None = None


class ArticleFileIn(BaseModel):
    name: Annotated[Text, Field(min_length=1, max_length=150)] = Field(examples=["chek.png"])
    content: str = Field(description="The bytes in base64.", examples=["iVBORw0KGgo="])
    content_type: Annotated[Text, Field(max_length=150)] = ""
    replaces: bool = Field(
        default=False, description="Take the place of the file with this name; else it gets a new name."
    )

    def content_bytes(self) -> bytes:
        """Raises ``Refusal('attachment_invalid')`` when the content is not base64."""
        try:
            return base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError) as error:
            text = _("This is not base64.")
            raise Refusal("attachment_invalid", text, fields={"content": text}) from error


class FileName(BaseModel):
    name: Text = Field(description="As the Markdown calls it.")


def _file_out(row: ArticleFile) -> ArticleFileOut:
    use = Use.PICTURE if row.file.content_type in PICTURES else Use.DOWNLOAD
    url = settings.BASE_URL + file_url(row.file, row.name, use=use)
    return ArticleFileOut(name=row.name, size=row.file.size, content_type=row.file.content_type, url=url)


@router.get(
    "/knowledge/articles/{int:pk}/files",
    response={200: ArticleFiles, 404: Problem},
    summary="List the files of an article",
)
def list_article_files(request: HttpRequest, pk: int) -> HttpResponse:
    """By name."""
    article = article_by_id(pk, actor=actor_of(request))
    rows = article.files.select_related("file").order_by("name")
    return respond(ArticleFiles(items=[_file_out(row) for row in rows]))


@router.post(
    "/knowledge/articles/{int:pk}/files",
    response={201: ArticleFileOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Add a picture or an attachment",
)
def create_article_file(request: HttpRequest, pk: int, data: ArticleFileIn) -> HttpResponse:
    """The answer says the name by which the Markdown may call it. A picture is made fit for a page."""
    article = article_by_id(pk, actor=actor_of(request))
    row = add_file(
        article=article,
        name=data.name,
        content=data.content_bytes(),
        actor=actor_of(request),
        content_type=data.content_type,
        replaces=data.replaces,
    )
    return respond(_file_out(row), status=201)


@router.delete(
    "/knowledge/articles/{int:pk}/files", response={204: None, 403: Problem, 404: Problem}, summary="Take a file away"
)
def delete_article_file(request: HttpRequest, pk: int, asked: Annotated[FileName, Query()]) -> HttpResponse:
    """Where the Markdown still calls it, nothing is shown."""
    row = article_by_id(pk, actor=actor_of(request)).files.filter(name=asked.name).first()
    if row is None:
        raise Refusal("not_found", _("The article has no such file."))
    remove_file(file=row, actor=actor_of(request))
    return HttpResponse(status=204)
