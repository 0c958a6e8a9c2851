"""Access tokens for mail servers that take no passwords: RFC 6749, handed over by SASL XOAUTH2.

Knows the token server's habits; must never know the database. One company of mail is named for the whole house.
"""

import logging
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from otklik.foundation.http.calling import Call, CallFailed, call

logger = logging.getLogger(__name__)

_TIMEOUT_SECONDS: Final = 15
_USUALLY_GOOD_FOR: Final = 3600


class NoToken(Exception):
    """The token server gave none. The text holds its error code at most, never what we told it."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Where tokens come from. ``url`` '' means that the house names none."""

    url: str
    client_id: str
    client_secret: str = ""
    scope: str = ""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """``seconds``: how long the token is good. ``refresh_token``: a new one to keep instead of ours, or ''."""

    access_token: str
    seconds: int
    refresh_token: str = ""


def wants_token(url: str) -> bool:
    """Whether the address of a server ends in ``?auth=xoauth2``."""
    return parse_qs(urlsplit(url).query).get("auth", [""])[0].lower() == "xoauth2"


def ask(provider: Provider, refresh_token: str) -> Grant:
    """A fresh access token for a refresh token, or for the house itself (client credentials) when it is ''.

    Raises ``NoToken``.
    """
    asked = {"client_id": provider.client_id, "client_secret": provider.client_secret, "scope": provider.scope}
    asked |= (
        {"grant_type": "refresh_token", "refresh_token": refresh_token}
        if refresh_token
        else {"grant_type": "client_credentials"}
    )
    data = {name: value for name, value in asked.items() if value}
    try:
        response = call(_asking(provider.url, data))
        told: Any = response.json()
    except CallFailed as error:
        raise NoToken(str(error)) from error
    except ValueError as error:
        raise NoToken("no JSON") from error
    if not response.is_good or not isinstance(told, dict) or not isinstance(told.get("access_token"), str):
        raise NoToken(_code(told) or f"status {response.status}")
    seconds = told.get("expires_in")
    return Grant(
        access_token=told["access_token"],
        seconds=int(seconds) if isinstance(seconds, int | float) else _USUALLY_GOOD_FOR,
        refresh_token=_text(told.get("refresh_token")),
    )


def _asking(url: str, data: dict[str, str]) -> Call:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    seconds = _TIMEOUT_SECONDS
    return Call(
        url=url,
        method="POST",
        headers=headers,
        body=urlencode(data).encode(),
        seconds=seconds,
        silence=seconds,
        is_ours=True,
    )


def _code(told: object) -> str:
    return _text(told.get("error"))[:60] if isinstance(told, dict) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def answer_of(user: str, token: str) -> str:
    """What the client says in XOAUTH2, before its base64."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"
