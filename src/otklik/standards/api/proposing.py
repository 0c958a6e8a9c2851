"""Proposals to change a standard, for programs."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond
from otklik.standards.actions import decline_proposal, propose_change, take_proposal
from otklik.standards.api.router import router
from otklik.standards.api.shapes import ProposalIn, ProposalOut, Proposals, StandardBecauseIn, proposal_out
from otklik.standards.queries import proposal_by_id, proposals, standard_by_id

_DECIDED = {200: ProposalOut, 403: Problem, 404: Problem, 422: Problem}


class ProposalFilter(BaseModel):
    standard: int | None = Field(None, description="Id of a standard.")
    state: Text = Field("", description="open, taken or declined.")
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


@router.get("/standards/proposals", response={200: Proposals, 422: Problem}, summary="List proposals for standards")
def list_proposals(request: HttpRequest, asked: Annotated[ProposalFilter, Query()]) -> HttpResponse:
    """Newest first."""
    rows = proposals().order_by("-id")
    rows = rows.filter(standard_id=asked.standard) if asked.standard is not None else rows
    rows = rows.filter(state=asked.state) if asked.state else rows
    after = number_after(asked.cursor)
    rows = rows if after is None else rows.filter(pk__lt=after)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(Proposals(items=[proposal_out(row) for row in page.items], next=page.next))


@router.post(
    "/standards/{int:pk}/proposals",
    response={201: ProposalOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Propose a change of a standard",
)
def propose(request: HttpRequest, pk: int, data: ProposalIn) -> HttpResponse:
    """Whoever keeps it is told, and answers."""
    actor = actor_of(request)
    row = propose_change(standard=standard_by_id(pk), words=data.words, actor=actor, case_number=data.case)
    return respond(proposal_out(proposal_by_id(row.pk)), status=201)


@router.post("/standards/proposals/{int:pk}/take", response=_DECIDED, summary="Take a proposal into a draft")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Its words stand beside the draft, which is begun if there is none; the author is told."""
    take_proposal(proposal=proposal_by_id(pk), actor=actor_of(request))
    return respond(proposal_out(proposal_by_id(pk)))


@router.post("/standards/proposals/{int:pk}/decline", response=_DECIDED, summary="Decline a proposal")
def decline(request: HttpRequest, pk: int, data: StandardBecauseIn) -> HttpResponse:
    """The author reads the reason."""
    decline_proposal(proposal=proposal_by_id(pk), because=data.because, actor=actor_of(request))
    return respond(proposal_out(proposal_by_id(pk)))
