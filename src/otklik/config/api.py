"""The API's root: every app's router under /api/v1, one log-in, one shape for what went wrong."""

from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from otklik.cases.api import router as cases
from otklik.customers.api import router as customers
from otklik.foundation.answers import invalid_input, problem
from otklik.foundation.api import router as foundation
from otklik.foundation.errors import Refusal
from otklik.foundation.http import status_of
from otklik.foundation.idempotency import once
from otklik.knowledge.api import router as knowledge
from otklik.reach.api import router as reach
from otklik.team.api import BearerToken
from otklik.team.api import router as team

ABOUT = """Everything that people do on the pages of Otklik, for programs.

- **Log-in**: `Authorization: Bearer TOKEN`. A token (`otklik token create --user EMAIL`) acts for one agent: it sees
  and may do what they may.
- **Lists** are `{"items": […], "next": cursor or null}`; give `next` back as `cursor` for the following page.
- **Mistakes** are `{"code", "text", "fields"}`; `code` never changes its meaning, `text` is for people.
- **Safe repeats**: send `Idempotency-Key` with any POST; the same key and body give the same answer and one effect.
- **Rate**: `X-RateLimit-Limit`, `-Remaining` and `-Reset` (seconds); 429 comes with `Retry-After`.

The customer's own word on whether they are satisfied cannot be given here: only they can give it.
"""

_ALWAYS = {401: "Without a token in force", 429: "Too many calls in this minute"}
_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "1 to 200 characters of your choice; the same key and body have one effect and one answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_METHODS = {"get", "post", "delete"}


class DescribedAPI(NinjaAPI):
    """Its description also says what holds for every operation."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **how: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**how)
        problem_schema = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for method in _METHODS & set(path):
                for status, text in _ALWAYS.items():
                    path[method]["responses"].setdefault(status, {"description": text, "content": problem_schema})
            if "post" in path:
                path["post"].setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
        return schema


api = DescribedAPI(
    title="Otklik", version="1", description=ABOUT, docs_url=None, urls_namespace="api", auth=BearerToken()
)
api.add_decorator(once, mode="operation")
for _router in (cases, customers, knowledge, reach, team, foundation):
    api.add_router("", _router)


@api.exception_handler(Refusal)
def say_refusal(_request: HttpRequest, error: Refusal | type[Refusal]) -> HttpResponse:
    refusal = cast(Refusal, error)
    return problem(refusal.code, refusal.text, status=status_of(refusal), fields=refusal.fields)


@api.exception_handler(ValidationError)
def say_invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    return invalid_input(error.errors)


@api.exception_handler(AuthenticationError)
def say_unknown(_request: HttpRequest, _error: Any) -> HttpResponse:
    text = _("Send a token that is in force: Authorization: Bearer TOKEN.")
    response = problem("not_authenticated", text, status=401)
    response["WWW-Authenticate"] = 'Bearer realm="Otklik"'
    return response


@api.exception_handler(HttpError)
def say_unreadable(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem("json_invalid", _("The body is not JSON that can be read."), status=422)


@api.exception_handler(UnreadablePostError)
def say_cut_off(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem("request_invalid", _("The request broke off."), status=400)


@api.exception_handler(RequestDataTooBig)
def say_too_large(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem("too_large", _("This is too large."), status=413)


@api.exception_handler(Http404)
def say_not_found(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem("not_found", _("There is no such address."), status=404)
