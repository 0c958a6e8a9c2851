"""How a person likes to be served, for programs."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field

from otklik.customers.actions import Wished, write_wishes
from otklik.customers.api.router import router
from otklik.customers.manner import FIELDS, changes_of
from otklik.customers.models import Wishes
from otklik.customers.queries import living_customer, wishes_written
from otklik.foundation.http.responses import Problem, Text, actor_of, respond

type Need = Literal["large_print", "no_phone", "sign_language", "slower_speech", "help_at_the_entrance"]


class WishesIn(BaseModel):
    """All of it: what is left out is no longer said."""

    pace: Literal["", "short", "detailed", "unhurried"] = ""
    channel: Literal["", "email", "phone"] = ""
    form: Literal["", "patronymic", "first_name"] = Field("", description="By name and patronymic, or by first name.")
    called_as: Annotated[Text, Field(max_length=60)] = Field(
        "", examples=["Иван Петрович"], description="What our letters call them; empty: from the name by `form`."
    )
    needs: list[Need] = []
    own_words: Annotated[Text, Field(max_length=500)] = Field("", description="What else they need.")
    upset: Annotated[Text, Field(max_length=500)] = Field("", description="What upset them before.")
    was: int | None = Field(None, description="The `number` that was read, 0 for none; without it nothing is compared.")


class WishesChangeOut(BaseModel):
    at: datetime
    written_by: str | None = Field(description="The colleague; null: the customer themselves.")
    sentences: list[str] = Field(description="What was different from then on, in the language of the call.")


class WishesOut(BaseModel):
    """How this person likes to be served; empty where nothing was said."""

    number: int = Field(description="How often it was written down; 0: never.")
    pace: str
    channel: str
    form: str
    called_as: str
    needs: list[str]
    own_words: str
    upset: str
    written_by: str | None = Field(description="The colleague; null: the customer themselves, or nobody yet.")
    at: datetime | None
    history: list[WishesChangeOut] = Field(description="Newest first.")


def _out(customer_id: int) -> WishesOut:
    written = wishes_written(customer_id)
    held = written[-1] if written else Wishes(number=0, needs=[])
    history = [
        WishesChangeOut(at=one.at, written_by=one.author or None, sentences=list(one.sentences))
        for one in changes_of(written)
    ]
    return WishesOut(
        number=held.number,
        **{name: getattr(held, name) for name in FIELDS},
        written_by=held.agent_name or None,
        at=held.at if written else None,
        history=history,
    )


@router.get(
    "/customers/{int:pk}/wishes", response={200: WishesOut, 404: Problem}, summary="Read how a customer is served"
)
def read_wishes(request: HttpRequest, pk: int) -> HttpResponse:
    """How this person likes to be served, who wrote it down, and everything that was written before."""
    return respond(_out(living_customer(pk, actor=actor_of(request)).pk))


@router.post(
    "/customers/{int:pk}/wishes",
    response={200: WishesOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    summary="Write down how a customer is served",
)
def write_down(request: HttpRequest, pk: int, data: WishesIn) -> HttpResponse:
    """In the place of what held; the same once more changes nothing."""
    actor = actor_of(request)
    wished = Wished(**data.model_dump(exclude={"was"}))
    write_wishes(customer=living_customer(pk, actor=actor), actor=actor, wished=wished, was=data.was)
    return respond(_out(pk))
