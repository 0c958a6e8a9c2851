"""One call of the Bot API, and what its refusals mean for us."""

import http
import json
from collections.abc import Sequence
from typing import Any

from otklik.foundation.http.calling import Response
from otklik.reach.adapters.channels import Door, OutgoingFile
from otklik.reach.adapters.delivering import DeliveryFailed, Verdict
from otklik.reach.adapters.messenger import (
    Asking,
    Told,
    form,
    is_dead,
    number,
    part,
    refused,
    sent,
    told,
    unsure,
    words,
)

_GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "upgraded to a supergroup")
_TOO_LARGE = ("too long", "too big", "too large", "caption_too_long")


def ask(
    door: Door,
    method: str,
    values: Told,
    files: Sequence[tuple[str, OutgoingFile]] = (),
    *,
    seconds: float = 30,
) -> Any:
    """Its ``result``. Raises ``DeliveryFailed``."""
    if files:
        content_type, body = form({name: _plain(value) for name, value in values.items()}, files)
        seconds = max(seconds, 120)
    else:
        content_type, body = "application/json", json.dumps(values).encode()
    url = f"{door.settings['base_url'].rstrip('/')}/bot{door.secret('token')}/{method}"
    headers = {"Content-Type": content_type}
    answer = sent(door, Asking(url=url, headers=headers, body=body, seconds=seconds, silence=seconds))
    said = told(answer.body)
    if answer.is_good and said.get("ok") is True:
        return said.get("result")
    raise _refusal(answer, said)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _refusal(answer: Response, said: Told) -> DeliveryFailed:
    """By its code and the beginning of its words; what is no answer of theirs says nothing of what became of it."""
    if said.get("ok") is not False and (answer.is_good or answer.status // 100 == 5):  # noqa: PLR2004
        return unsure(answer.status)
    code = number(said.get("error_code")) or answer.status
    text = words(said.get("description"), 300)
    if is_dead(code):
        return refused("HTTP 401 token", Verdict.DOOR_BROKEN)
    reason = f"HTTP {code}: {text}" if text else f"HTTP {code}"
    return refused(reason, _verdict(code, text.lower()), after=number(part(said, "parameters").get("retry_after")))


def _verdict(code: int, text: str) -> Verdict:
    if any(word in text for word in _GONE):
        return Verdict.GONE
    if any(word in text for word in _TOO_LARGE):
        return Verdict.TOO_LARGE
    known = {
        http.HTTPStatus.FORBIDDEN: Verdict.BLOCKED,
        http.HTTPStatus.TOO_MANY_REQUESTS: Verdict.THROTTLED,
        http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Verdict.TOO_LARGE,
        http.HTTPStatus.CONFLICT: Verdict.SERVER,
    }
    default = Verdict.SERVER if code // 100 == 5 else Verdict.REFUSED  # noqa: PLR2004
    return known.get(http.HTTPStatus(code), default) if code in http.HTTPStatus else default
