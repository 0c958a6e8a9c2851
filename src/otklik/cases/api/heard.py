"""What the API hears of cases: the contract, as types."""

import base64
import binascii
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, Field, field_validator

from otklik.cases.models import CaseKind, Priority
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Moment, Text
from otklik.reach.adapters.incoming import IncomingFile


class CustomerIn(BaseModel):
    """Who it is about: by `id`, else by `email` or `phone`; an unknown address is a new customer."""

    id: int | None = None
    email: Annotated[Text, Field(max_length=254)] = Field("", examples=["ivan@mail.example"])
    phone: Annotated[Text, Field(max_length=40)] = Field("", examples=["+7 900 555-01-42"])
    name: Annotated[Text, Field(max_length=200)] = Field("", examples=["Иван Козлов"])
    language: Literal["", "ru", "en"] = ""


class FileIn(BaseModel):
    """A small file inside the request."""

    name: Annotated[Text, Field(min_length=1, max_length=255)] = Field(examples=["чек.pdf"])
    content_type: Annotated[Text, Field(max_length=150)] = Field("application/octet-stream", examples=["text/plain"])
    content: str = Field(description="The bytes in base64.", examples=["0KfQtdC6"])

    def incoming(self) -> IncomingFile:
        """Raises ``Refusal('attachment_invalid')`` when the content is not base64."""
        try:
            content = base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError) as error:
            text = _("This is not base64.")
            raise Refusal("attachment_invalid", text, fields={"attachments": text}) from error
        return IncomingFile(name=self.name, content_type=self.content_type, content=content)


Files = Annotated[list[FileIn], Field(max_length=20)]


def _in_short(value: object) -> object:
    """A customer named by an address or a number alone."""
    if isinstance(value, str):
        return {"email": value}
    return {"id": value} if isinstance(value, int) and not isinstance(value, bool) else value


class CaseIn(BaseModel):
    """What a customer said. Only `text` and `customer` are needed."""

    subject: Annotated[Text, Field(max_length=300)] = Field("", examples=["Не пришёл учебник"])
    text: Annotated[Text, Field(max_length=500_000)] = Field(examples=["Здравствуйте! Учебник так и не пришёл."])
    customer: CustomerIn = Field(description="Also just an e-mail address, or the id of a known customer.")
    kind: CaseKind = CaseKind.QUESTION
    priority: Priority = Priority.NORMAL
    tags: Annotated[list[Text], Field(max_length=50)] = Field(default_factory=list, examples=[["доставка"]])
    team: int | Text | None = Field(None, description="Its name or id; else the first team.")
    owner: int | Text | None = Field(None, description="E-mail or id of an agent; else named by the house's rules.")
    attachments: Files = Field(default_factory=list)
    external_id: Annotated[Text, Field(max_length=500)] = Field(
        "", description="Your own id of the first message; it must be new."
    )

    _short_forms = field_validator("customer", mode="before")(_in_short)


class SeenIn(BaseModel):
    """What the caller had read; left out, nothing is asked."""

    seen_message_id: int | None = Field(
        None, description="The last message you saw; 409 `changed_meanwhile` when somebody has written since."
    )


class MessageIn(SeenIn):
    """`reply` goes to the customer, `note` stays in the house."""

    kind: Literal["reply", "note"]
    text: Annotated[Text, Field(max_length=500_000)] = Field(examples=["Иван, учебник уже едет."])
    via: Annotated[Text, Field(max_length=20)] = Field(
        "", description="`key` of a way (`/cases/{number}/ways`); left out, a reply leaves by that of their last word."
    )
    attachments: Files = Field(default_factory=list)


class SplitIn(SeenIn):
    """Where another question begins."""

    message: int = Field(description="`id` of the customer's message with which it begins; not their first.")


class SpamIn(SeenIn):
    """Nothing more need be said."""


class SolveIn(SeenIn):
    summary: Text = Field(examples=["Учебник доставлен."], description="What was done; the customer reads it.")
    closing: Text = Field("", description="A line that ends the letter; left out when nearly the same was said lately.")


class StepIn(BaseModel):
    state: Literal["done", "skipped", "open"] = "done"
    because: Text = Field("", examples=["Главы нет в PDF"], description="Why it is skipped: needed for that.")
    version: int | None = Field(
        None, description="`standard.version` that you saw: 409 `changed_meanwhile` when the case holds another one."
    )


class TransferIn(SeenIn):
    owner: int | Text = Field(examples=["olga@gorizont.example"], description="E-mail or id of the new owner.")
    summary: Text = Field(description="What the next owner must know, so that the customer tells nothing twice.")


class CustomerOfCaseIn(SeenIn):
    """Whose case it really is, and what its former customer may still see."""

    customer: CustomerIn = Field(description="Also just an e-mail address, or the id of a known customer.")
    may_see_own: bool = Field(
        default=False,
        description="The former customer may still see what they said themselves and were answered until now.",
    )

    _short_forms = field_validator("customer", mode="before")(_in_short)


class ReopenIn(SeenIn):
    reason: Text = Field(examples=["Нашли ошибку в ответе."])


class PromiseIn(SeenIn):
    """What somebody of ours has told the customer."""

    kind: Text = Field(examples=["call_back"], description="call_back, visit or next_word.")
    due_at: Moment = Field(examples=["2026-11-20T16:30:00+03:00"])
    about: Annotated[Text, Field(max_length=200)] = Field("", examples=["про счёт на троих"])


class MovedIn(SeenIn):
    due_at: Moment = Field(examples=["2026-11-21T10:00:00+03:00"])


class KeptIn(SeenIn):
    given_at: Moment | None = Field(None, description="When it was given, if that was earlier than now.")


class TagIn(BaseModel):
    add: Annotated[list[Text], Field(max_length=50)] = Field(default_factory=list)
    remove: Annotated[list[Text], Field(max_length=50)] = Field(default_factory=list)
