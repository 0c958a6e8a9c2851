"""The API's root: every app's router under /api/v1, one log-in, one shape for what went wrong."""

import json
import re
from typing import Any, ClassVar, cast

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from otklik.foundation.errors import Refusal
from otklik.foundation.http.edge import status_of
from otklik.foundation.http.idempotency import once
from otklik.foundation.http.responses import invalid_input, problem
from otklik.foundation.in_use import app_of, only_with, switched_off
from otklik.foundation.modules import modules
from otklik.team.api import BearerToken

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
_SHAPE = re.compile(r'"#/components/schemas/([^"]+)"')


class DescribedAPI(NinjaAPI):
    """Its description also says what holds for every operation."""

    owners: ClassVar[dict[str, str]] = {}
    """Operation → the app that brings it."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        name = operation.view_func.__name__
        self.owners[name] = app_of(operation.view_func.__module__)
        return name

    def get_openapi_schema(self, **how: Any) -> OpenAPISchema:
        """All that the API can; told to a caller (``path_params``), without what this house does without."""
        schema = super().get_openapi_schema(**how)
        if "path_params" in how and (off := switched_off()):
            _leave_out(schema, {name for name, app in self.owners.items() if app in off})
        problem_schema = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for method in _METHODS & set(path):
                for status, text in _ALWAYS.items():
                    path[method]["responses"].setdefault(status, {"description": text, "content": problem_schema})
            if "post" in path:
                path["post"].setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
        return schema


def _leave_out(schema: OpenAPISchema, operations: set[str]) -> None:
    """Take these operations out, and then every shape that nobody speaks of any more."""
    for place, path in list(schema["paths"].items()):
        left = {method: told for method, told in path.items() if told.get("operationId") not in operations}
        schema["paths"][place] = left
        if not left:
            del schema["paths"][place]
    shapes = schema["components"]["schemas"]
    spoken, more = set(), _shapes_in(schema["paths"])
    while more:
        spoken |= more
        more = {name for one in more if one in shapes for name in _shapes_in(shapes[one])} - spoken
    schema["components"]["schemas"] = {name: told for name, told in shapes.items() if name in spoken}


def _shapes_in(told: object) -> set[str]:
    return set(_SHAPE.findall(json.dumps(told)))


api = DescribedAPI(
    title="Otklik", version="1", description=ABOUT, docs_url=None, urls_namespace="api", auth=BearerToken()
)
api.add_decorator(once, mode="operation")
for _module in modules():
    if _module.api:
        _router = import_string(_module.api)
        if _module.switch is not None:
            _router.add_decorator(only_with(_module.name), mode="view")
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
