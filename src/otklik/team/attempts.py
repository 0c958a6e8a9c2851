"""How wrong passwords and codes slow whoever guesses: their network, and devices that the account does not know.

A device on which somebody once logged in carries a signed cookie and is counted by itself alone, so that no stranger
locks the owner out. Others are counted with their network, and only what comes from many networks with the account.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from otklik.foundation.errors import Refusal
from otklik.foundation.http.limits import TooOften, client_address, count_one, uncount_one
from otklik.foundation.signing import seal, unseal
from otklik.team.models import Agent

DEVICE: Final = "otk_device"
_KNOWN_FOR: Final = timedelta(days=180)
_WITHIN: Final = timedelta(minutes=5)
_MOST_ACCOUNTS: Final = 5
_MOST_OF_DEVICE, _MOST_HERE, _MOST_OF_NETWORK, _MOST_OF_ACCOUNT = 10, 5, 20, 40


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One attempt and where it was counted, so that a right one can be taken out again."""

    deed: str
    whose: tuple[str, ...]


def count_attempt(request: HttpRequest, *, deed: str, account: str) -> Counted:
    """Count one guess at an account (its e-mail in lower case). Raises ``TooOften``."""
    counted: list[str] = []
    for who, most in _counters(request, account):
        counted.append(who)
        count_one(deed, who, most=most, within=_WITHIN)
    return Counted(deed=deed, whose=tuple(counted))


def forgive(counted: Counted) -> None:
    """It was no guess."""
    for who in counted.whose:
        uncount_one(counted.deed, who)


def _counters(request: HttpRequest, account: str) -> list[tuple[str, int]]:
    """Nearest first: a network that is slowed already uses nothing of the account up."""
    if device := _known_devices(request).get(account):
        return [(f"device {device} {account}", _MOST_OF_DEVICE)]
    network = client_address(request)
    here = (f"{network} {account}", _MOST_HERE)
    return [here, (f"network {network}", _MOST_OF_NETWORK), (f"account {account}", _MOST_OF_ACCOUNT)]


def _known_devices(request: HttpRequest) -> dict[str, str]:
    try:
        known = unseal("device", request.COOKIES.get(DEVICE, ""), max_age=_KNOWN_FOR)
    except Refusal:
        return {}
    return dict(known)


def remember_device(request: HttpRequest, answer: HttpResponse, agent: Agent) -> None:
    """From now on this browser is counted by itself when it names this agent."""
    known = _known_devices(request)
    known[agent.email] = known.pop(agent.email, "") or secrets.token_hex(8)
    kept = dict(list(known.items())[-_MOST_ACCOUNTS:])
    answer.set_cookie(
        DEVICE,
        seal("device", kept),
        max_age=int(_KNOWN_FOR.total_seconds()),
        path="/account/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


__all__ = ["DEVICE", "Counted", "TooOften", "count_attempt", "forgive", "remember_device"]
