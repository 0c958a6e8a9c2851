"""Keyset pages: the next page starts after the last row seen, however many rows came in between."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal


@dataclass(frozen=True, kw_only=True)
class Page[T]:
    """Rows of one page and the cursor of the next, None on the last."""

    items: Sequence[T]
    next: str | None


def encode_cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(values), default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> list[Any]:
    """Raises ``Refusal('cursor_invalid')`` for anything that ``encode_cursor`` did not make."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise incomplete() from error
    if not isinstance(values, list):
        raise incomplete()
    return values


def incomplete() -> Refusal:
    """For an address of a page that we did not make."""
    text = _("This page address is not complete.")
    return Refusal("cursor_invalid", text, fields={"cursor": text})


def number_after(cursor: str) -> int | None:
    """The row id of a one-column cursor, None for the first page. Raises ``Refusal('cursor_invalid')``."""
    if not cursor:
        return None
    match decode_cursor(cursor):
        case [int(number)]:
            return number
    raise incomplete()


def moment_after(cursor: str) -> tuple[datetime, int] | None:
    """The moment and row id of a two-column cursor, None for the first page. Raises ``Refusal('cursor_invalid')``."""
    if not cursor:
        return None
    match decode_cursor(cursor):
        case [str(moment), int(number)]:
            try:
                read = datetime.fromisoformat(moment)
            except ValueError as error:
                raise incomplete() from error
            if read.tzinfo is not None:
                return read, number
    raise incomplete()


def page_of[T](rows: Sequence[T], *, size: int, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    """Cut ``size + 1`` fetched rows to a page; the extra row only proves that there is a next page."""
    shown = rows[:size]
    has_more = len(rows) > size
    return Page(items=shown, next=encode_cursor(key(shown[-1])) if has_more and shown else None)
