"""Kopecks in words and back. Pure."""

import re
from decimal import Decimal, InvalidOperation

from django.utils import formats

KOPECKS = 100
_NBSP = "\N{NO-BREAK SPACE}"
_SPACES = re.compile(r"[\s\u00a0\u202f₽]+")


def money(kopecks: int) -> str:
    """``1 200 ₽`` · ``420,50 ₽`` · ``−310 ₽`` in the reader's language."""
    places = 2 if kopecks % KOPECKS else 0
    amount = formats.number_format(Decimal(abs(kopecks)) / KOPECKS, places, use_l10n=True, force_grouping=True)
    sign = "\N{MINUS SIGN}" if kopecks < 0 else ""
    return f"{sign}{amount}{_NBSP}₽".replace(" ", _NBSP)


def kopecks_of(text: str) -> int | None:
    """``1 200``, ``420,50`` or ``420.5 ₽`` in kopecks; None for what is no amount of money, or below nothing."""
    plain = _SPACES.sub("", text).replace(",", ".")
    try:
        amount = Decimal(plain) * KOPECKS
    except InvalidOperation:
        return None
    is_whole = amount.is_finite() and amount == amount.to_integral_value()
    return int(amount) if is_whole and 0 <= amount < 10**15 else None
