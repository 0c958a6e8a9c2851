"""What a customer has told already, for programs."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field

from otklik.cases.api.router import router
from otklik.cases.queries import case_by_number, known_facts, prepared_summary, said_last_in
from otklik.foundation.http.responses import Problem, actor_of, respond


class KnownOut(BaseModel):
    """Something that the customer told, with where it stands."""

    kind: str = Field(description="order, contract, invoice, tracking, phone, email, address or date.")
    value: str = Field(examples=["4711-22"], description="As it was written; a phone in international form.")
    case: int = Field(description="The number of the case in which it was told last.")
    message: int
    author: str
    at: datetime


class SummaryOut(BaseModel):
    """Prepared for a person to read and change before a hand-over; nothing sends it by itself."""

    text: str
    seen_message_id: int = Field(description="Give it back with the hand-over: 409 when somebody has written since.")


class KnownList(BaseModel):
    items: list[KnownOut]


@router.get(
    "/cases/{int:number}/known", response={200: KnownList, 404: Problem}, summary="Read what the customer told already"
)
def read_known(request: HttpRequest, number: int) -> HttpResponse:
    """Gathered from their own words in the cases that you see, the latest telling first."""
    actor = actor_of(request)
    rows = known_facts(case_by_number(number, actor=actor), actor=actor)
    items = [
        KnownOut(
            kind=one.kind, value=one.value, case=one.case_number, message=one.message_id, author=one.author, at=one.at
        )
        for one in rows
    ]
    return respond(KnownList(items=items))


@router.get(
    "/cases/{int:number}/summary",
    response={200: SummaryOut, 404: Problem},
    summary="Read what the next owner must know, as prepared",
)
def read_summary(request: HttpRequest, number: int) -> HttpResponse:
    """Their last words, our last answer, what is promised, what was tried, what they have told already."""
    case = case_by_number(number, actor=actor_of(request))
    seen = said_last_in(case)
    return respond(SummaryOut(text=prepared_summary(case), seen_message_id=seen))
