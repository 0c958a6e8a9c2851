"""``otklik reindex``: makes everything findable by the present derivation of words; may be stopped and run again."""

import argparse
import sys
import time
from collections.abc import Callable
from typing import Final

from otklik.cases.actions.indexing import derive_cases_anew
from otklik.foundation.text.language import VERSION
from otklik.reach.actions.indexing import derive_messages_anew

_SAY_EVERY: Final = 5.0
_ABOVE_ALL: Final = 2**63 - 1


def run(args: argparse.Namespace) -> None:
    for what, derive in (("cases", derive_cases_anew), ("messages", derive_messages_anew)):
        count = _all(what, derive, args.batch)
        print(f"{count} {what} were derived anew (derivation {VERSION}).")


def _all(what: str, derive: Callable[..., tuple[int, int]], size: int) -> int:
    """Batch after batch, each a transaction: what is done stays done whatever happens."""
    total, before, began, said = 0, _ABOVE_ALL, time.monotonic(), time.monotonic()
    while before:
        count, before = derive(before=before, most=size)
        total += count
        now = time.monotonic()
        if now - said > _SAY_EVERY and before:
            said = now
            print(f"  {what}: {total} done, {total / (now - began):.0f} a second, on to id {before}", file=sys.stderr)
    return total
