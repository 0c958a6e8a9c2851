"""Stored responses of the API, when somebody in them must be forgotten."""

import re
from collections.abc import Iterable

from otklik.foundation.errors import Refusal
from otklik.foundation.models import IdempotencyKey
from otklik.foundation.secrets import lock_secret, unlock_secret


def forget_kept_responses(*, customer_id: int, case_numbers: Iterable[int], addresses: Iterable[str]) -> None:
    """Empty the kept responses that speak of a customer, one of their cases or addresses; the key stays spent.

    They are encrypted, so each of the week is opened; that takes seconds in a busy house, and it is rare.
    """
    numbers = "|".join(map(str, case_numbers)) or "none"
    said = [rf'"(?:number|case)": ?(?:{numbers})[,}}]', rf'"customer(?:_id)?": ?(?:{{[^}}]*"id": ?)?{customer_id}[,}}]']
    speaks = re.compile("|".join([*said, *map(re.escape, addresses)]), re.IGNORECASE)
    kept = IdempotencyKey.objects.filter(status__gt=0).values_list("id", "response")
    gone = [row_id for row_id, response in kept.iterator(500) if speaks.search(_opened(response))]
    IdempotencyKey.objects.filter(pk__in=gone).update(response=lock_secret("{}"))


def _opened(response: str | None) -> str:
    try:
        return unlock_secret(response or "")
    except Refusal:  # locked with a key that is gone: nobody can read it any more
        return ""
