"""A webhook's call: signed, so that the other program knows that it was us."""

import hashlib
import hmac
import time
from typing import Final

from otklik.foundation.errors import Refusal
from otklik.foundation.http.calling import Call, CallFailed, call, target_of
from otklik.foundation.webhooks.words import problem_in_words

_LONGEST: Final = 500
_READ_BYTES: Final = 16_384


def signature(secret: str, body: bytes, *, at: int) -> str:
    """``t=…,v1=…``: HMAC-SHA256 of the moment, a dot and the body."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def check_url(url: str) -> None:
    """Raises ``Refusal('webhook_url_refused')`` for an address we would not call."""
    try:
        if len(url) > _LONGEST:
            raise CallFailed("not_an_address")  # noqa: TRY301
        target_of(url)
    except CallFailed as error:
        text = problem_in_words(str(error))
        raise Refusal("webhook_url_refused", text, fields={"url": text}) from error


def post_signed(url: str, *, body: bytes, secret: str, headers: dict[str, str]) -> int:
    """Returns the HTTP status: what else is answered matters to nobody. Raises ``CallFailed``."""
    said = {"Content-Type": "application/json", "Otklik-Signature": signature(secret, body, at=int(time.time()))}
    wished = Call(url=url, method="POST", headers=said | headers, body=body, most=_READ_BYTES, a_part_will_do=True)
    return call(wished).status
