"""Promises for programs: what broke, the word that is owed for it, and what answers promise in words."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from otklik.cases.queries import case_by_number
from otklik.foundation.actors import may
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Moment, Problem, Text, actor_of, respond
from otklik.promises.actions import apologize, decide_offer, say_how
from otklik.promises.models import Broken, Offer
from otklik.promises.queries import broken_of, late_by, offer_by_id, offers_of, without_a_word, without_my_word

router = Router(tags=["Promises"])


class BrokenOut(BaseModel):
    """A promise that was not kept in time; it stays on the record."""

    id: int
    case: int
    kind: str = Field(examples=["first_answer"], description="first_answer, next_word, solution, call_back or visit.")
    due_at: Moment
    late_minutes: int = Field(description="Until it was given; until now while it was not.")
    owner: str = Field(description="Who owned the case when it broke.", examples=["Анна Смирнова"])
    given_at: Moment | None = Field(description="When it was given after all.")
    word_at: Moment | None = Field(description="When the customer got a person's word; null while they wait for one.")
    told_how: str = Field(description="How, if it was not by a letter.")


class BrokenList(BaseModel):
    items: list[BrokenOut]
    next: str | None


class OfferOut(BaseModel):
    """What an answer promises in words; taken, it becomes a promise of the case."""

    id: int
    case: int
    message_id: int
    kind: str = Field(examples=["next_word"], description="next_word or call_back.")
    due_at: Moment
    words: str = Field(examples=["Отвечу вам до 15:00."])
    state: str = Field(description="open, taken or declined.")


class Offers(BaseModel):
    items: list[OfferOut]


class ApologyIn(BaseModel):
    seen_message_id: int | None = Field(
        None, description="The last message you saw; 409 `changed_meanwhile` when somebody has written since."
    )
    text: Annotated[Text, Field(max_length=500_000)] = Field(description="A person's own words to the customer.")
    due_at: Moment = Field(description="By when the customer hears next; it becomes a promise of the case.")


class SaidIn(BaseModel):
    how: Annotated[Text, Field(max_length=300)] = Field(examples=["Позвонила в 16:40, извинилась"])


class WordOut(BaseModel):
    """`message_id` is null for a word that was given in another way than by a letter."""

    case: int
    message_id: int | None


class BrokenFilter(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


@router.get("/promises/broken", response={200: BrokenList, 422: Problem}, summary="List broken promises without a word")
def list_broken(request: HttpRequest, asked: Annotated[BrokenFilter, Query()]) -> HttpResponse:
    """Those whose customers wait for a word, newest first: all that a lead sees, of others those of their own cases."""
    actor = actor_of(request)
    seen = without_a_word(actor) if may(actor, "team.see") else without_my_word(actor)
    rows = seen.select_related("owner").order_by("-id")
    if (before := number_after(asked.cursor)) is not None:
        rows = rows.filter(pk__lt=before)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(BrokenList(items=[_broken(row) for row in page.items], next=page.next))


@router.get("/cases/{int:number}/promises/broken", response={200: BrokenList, 404: Problem}, summary="What broke")
def broken_in_case(request: HttpRequest, number: int) -> HttpResponse:
    """All promises of the case that were not kept in time, the oldest first, with what became of each."""
    rows = broken_of(case_by_number(number, actor=actor_of(request)))
    return respond(BrokenList(items=[_broken(row) for row in rows], next=None))


_WORD = {201: WordOut, 404: Problem, 409: Problem, 422: Problem}


@router.post("/cases/{int:number}/promises/apology", response=_WORD, summary="Answer for a broken promise")
def answer_for(request: HttpRequest, number: int, data: ApologyIn) -> HttpResponse:
    """One letter in the agent's own words that shows the new moment. 422 `nothing_broken` when nobody waits for it."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    letter = apologize(case=case, actor=actor, text=data.text, by=data.due_at, seen_message_id=data.seen_message_id)
    return respond(WordOut(case=number, message_id=letter.pk), status=201)


@router.post("/cases/{int:number}/promises/word", response=_WORD, summary="Say that the customer got a word")
def got_word(request: HttpRequest, number: int, data: SaidIn) -> HttpResponse:
    """By phone or in person; how stays on the record."""
    actor = actor_of(request)
    say_how(case=case_by_number(number, actor=actor), actor=actor, how=data.how)
    return respond(WordOut(case=number, message_id=None), status=201)


@router.get("/cases/{int:number}/promises/offers", response={200: Offers, 404: Problem}, summary="Promised in words")
def list_offers(request: HttpRequest, number: int) -> HttpResponse:
    """What answers of this case promise by a moment and nobody has decided yet, the newest first."""
    rows = offers_of(case_by_number(number, actor=actor_of(request)))
    return respond(Offers(items=[_offer(row) for row in rows]))


_DECIDED = {200: OfferOut, 404: Problem, 422: Problem}


@router.post("/promises/offers/{int:offer_id}/take", response=_DECIDED, summary="Take words as a promise")
def take_offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Only their author may. 422 `offer_is_over` when it was decided, or the letter taken back."""
    return _decide(request, offer_id, is_taken=True)


@router.post("/promises/offers/{int:offer_id}/decline", response=_DECIDED, summary="Say that words are no promise")
def decline_offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """The case promises what it did before."""
    return _decide(request, offer_id, is_taken=False)


def _decide(request: HttpRequest, offer_id: int, *, is_taken: bool) -> HttpResponse:
    actor = actor_of(request)
    decide_offer(offer=offer_by_id(offer_id, actor=actor), actor=actor, is_taken=is_taken)
    return respond(_offer(offer_by_id(offer_id, actor=actor)))


def _broken(row: Broken) -> BrokenOut:
    return BrokenOut(
        id=row.pk,
        case=row.case_id,
        kind=row.kind,
        due_at=row.due_at,
        late_minutes=int(late_by(row).total_seconds() // 60),
        owner=row.owner.name,
        given_at=row.made_good_at,
        word_at=row.word_at,
        told_how=row.told_how,
    )


def _offer(row: Offer) -> OfferOut:
    return OfferOut(
        id=row.pk,
        case=row.case_id,
        message_id=row.letter_id,
        kind=row.kind,
        due_at=row.due_at,
        words=row.words,
        state=row.state,
    )
