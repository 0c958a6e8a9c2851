"""Searching the help centre: for anybody, as far as they may read."""

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BaseModel, Field

from otklik.foundation.http.limits import client_address
from otklik.foundation.http.rates import spend
from otklik.foundation.http.responses import Problem, Text, problem, respond
from otklik.knowledge.api.router import router
from otklik.knowledge.models import Article
from otklik.knowledge.queries import STRANGER, Reader, readable_by, reader_for
from otklik.knowledge.search import LONGEST_ASKED, MARK_OFF, MARK_ON, Found, find
from otklik.team.api import BearerToken

_MOST = 50


class SearchFilter(BaseModel):
    q: Text = Field(
        description="The question, as a customer would ask it; a whole letter is read sentence by sentence, its first "
        f"{LONGEST_ASKED} characters."
    )
    language: Annotated[Text, Field(max_length=5)] = Field("", description="Only articles in it; empty: in any.")
    limit: Annotated[int, Field(ge=1, le=_MOST)] = 10


class FoundArticle(BaseModel):
    """An article that was found, best first."""

    id: int
    external_id: str = Field(description="The id it was imported with.")
    title: str
    snippet: str = Field(description="Plain text from the place that fits.")
    score: float = Field(description="0 to 1: how sure we are that it answers.")
    url: str


class SearchResult(BaseModel):
    items: list[FoundArticle]
    answered: bool = Field(
        description="False when nothing fits: offer a person. `items` are then what comes nearest, no answers."
    )


class _Anybody(BearerToken):
    """A token is welcome and none is needed; a wrong one is told."""

    def __call__(self, request: HttpRequest) -> object:
        if "Authorization" in request.headers:
            return super().__call__(request)
        request.rate = spend(f"search:{client_address(request)}", settings.API_CALLS_PER_MINUTE)  # type: ignore[attr-defined]  # read by foundation.http.edge.ApiDoor
        return STRANGER


@router.get(
    "/knowledge/search", response={200: SearchResult, 422: Problem}, summary="Search the help centre", auth=_Anybody()
)
def search_articles(request: HttpRequest, asked: Annotated[SearchFilter, Query()]) -> HttpResponse:
    """Without a token: public articles, for any site. With one: what its agent may read."""
    caller = request.auth  # type: ignore[attr-defined]  # set by ninja after the log-in
    if caller is STRANGER and request.rate.is_exceeded:  # type: ignore[attr-defined]  # see _Anybody
        return problem("too_many_requests", _("Too many questions at once. Try again in a minute."), status=429)
    reader = STRANGER if caller is STRANGER else reader_for(caller.actor)
    found = find(asked.q, reader=reader, language=asked.language or None, limit=asked.limit)
    response = respond(SearchResult(items=_shown(found, reader), answered=found.is_answered))
    if caller is STRANGER:
        response["Access-Control-Allow-Origin"] = "*"
    return response


def _shown(found: Found, reader: Reader) -> list[FoundArticle]:
    """The found articles with their words, those only that the reader may see at this moment."""
    rows: dict[int, Article] = readable_by(reader).in_bulk([hit.id for hit in found.items])
    return [
        FoundArticle(
            id=hit.id,
            external_id=rows[hit.id].external_id,
            title=rows[hit.id].live.title,  # type: ignore[union-attr]  # readable articles are live
            snippet=hit.snippet.replace(MARK_ON, "").replace(MARK_OFF, ""),
            score=hit.score,
            url=f"{settings.BASE_URL}/help/{rows[hit.id].slug}",
        )
        for hit in found.items
        if hit.id in rows
    ]
