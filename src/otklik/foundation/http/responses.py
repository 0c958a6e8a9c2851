"""What every response of the API looks like: JSON, lists with a cursor, one shape for everything that went wrong."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from otklik.foundation.actors import Actor

_JSON = "application/json; charset=utf-8"
_SURROGATE = re.compile("[\ud800-\udfff]")


class Problem(BaseModel):
    """What went wrong: ``code`` is stable and for programs, ``text`` is for people, ``fields`` says where."""

    code: str = Field(examples=["text_missing"])
    text: str = Field(examples=["Write what happened."])
    fields: dict[str, str] = Field(default_factory=dict, examples=[{"text": "Write what happened."}])


def _storable(text: str) -> str:
    """Without what PostgreSQL cannot keep: NUL and halves of characters."""
    return _SURROGATE.sub("\ufffd", text.replace("\0", ""))


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _plus_kept(value: Any) -> Any:
    """``+03:00`` in an address arrives as `` 03:00`` when nobody encoded it."""
    return re.sub(r" (\d\d:?\d\d)$", r"+\1", value) if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_storable)]
Moment = Annotated[datetime, BeforeValidator(_plus_kept), AfterValidator(_with_zone)]
Limit = Annotated[int, Field(ge=1, le=200)]


def actor_of(request: HttpRequest) -> Actor:
    """The agent whose token this call carries."""
    actor: Actor = request.auth.actor  # type: ignore[attr-defined]  # set by ninja after the log-in
    return actor


def respond(body: BaseModel, *, status: int = 200) -> HttpResponse:
    return HttpResponse(body.model_dump_json(), content_type=_JSON, status=status)


def problem(code: str, text: str, *, status: int, fields: Mapping[str, str] | None = None) -> HttpResponse:
    return respond(Problem(code=code, text=text, fields=dict(fields or {})), status=status)


def invalid_input(errors: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """422 for input of the wrong shape; each field says what is wrong with it."""
    fields = {_place(error["loc"]): _said(error) for error in errors}
    return problem("input_invalid", _("Some of the input is wrong; see the fields."), status=422, fields=fields)


def _place(loc: Sequence[str | int]) -> str:
    """``('body', 'data', 'customer', 'email')`` → ``customer.email``."""
    inner = [str(part) for part in loc[1:]]
    if loc and loc[0] == "body":
        inner = inner[1:]
    return ".".join(inner) or str(loc[0])


_SAID = {
    "missing": gettext_lazy("This is missing."),
    "less_than_equal": gettext_lazy("%(le)s at most."),
    "greater_than_equal": gettext_lazy("%(ge)s at least."),
    "string_too_long": gettext_lazy("%(max_length)s characters at most."),
    "int_parsing": gettext_lazy("This is not a whole number."),
    "bool_parsing": gettext_lazy("Say true or false."),
    "literal_error": gettext_lazy("One of these: %(expected)s."),
    "datetime_from_date_parsing": gettext_lazy("This is not a moment such as 2026-11-24T10:00:00+03:00."),
}
"""By pydantic's name of the error; what is not among them is said in its own English words."""


def _said(error: Mapping[str, Any]) -> str:
    ours = _SAID.get(error["type"])
    return str(error["msg"]) if ours is None else str(ours) % error.get("ctx", {})
