"""The colours of a letter by which answers are told from questions: a few inks and markers, readable in both themes.

Only the hue is kept, as a class; the page gives it a light and a dark shade. Black, white and grey are nobody's answer.
"""

import re
from functools import lru_cache
from typing import Final

INKS: Final = frozenset({"ink-red", "ink-orange", "ink-green", "ink-blue", "ink-purple"})
MARKERS: Final = frozenset(ink.replace("ink", "mark") for ink in INKS) | {"mark-yellow"}

_FEWEST_CHROMA: Final = 60
_PALEST_MARKER: Final = 24
_LONGEST: Final = 2_000
_INK = re.compile(r"(?:^|[;\s])color\s*:\s*([^;]{1,60})", re.IGNORECASE)
_MARKER = re.compile(r"(?:^|[;\s])background(?:-color)?\s*:\s*([^;]{1,60})", re.IGNORECASE)
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_BOUNDS: Final = {20: "red", 45: "orange", 70: "yellow", 165: "green", 260: "blue", 330: "purple", 360: "red"}
_NAMED: Final = {
    "red": 0, "crimson": 348, "firebrick": 0, "darkred": 0, "maroon": 0, "tomato": 9, "orange": 39, "darkorange": 33,
    "brown": 0, "orangered": 16, "yellow": 60, "gold": 51, "green": 120, "darkgreen": 120, "lime": 120,
    "limegreen": 120,
    "seagreen": 146, "olive": 60, "blue": 240, "darkblue": 240, "navy": 240, "royalblue": 225, "mediumblue": 240,
    "dodgerblue": 210, "steelblue": 207, "teal": 180, "cyan": 180, "aqua": 180, "lightblue": 195, "purple": 300,
    "magenta": 300, "fuchsia": 300, "violet": 300, "indigo": 275, "lightgreen": 120, "pink": 350, "hotpink": 330,
}  # fmt: skip


@lru_cache(maxsize=512)
def classes_of(style: str, *, is_inline: bool) -> str:
    """The classes that keep what ``style`` colours; markers only on words, for a newsletter colours whole tables."""
    ink, marker = _hue(_INK, style, _FEWEST_CHROMA), _hue(_MARKER, style, _PALEST_MARKER) if is_inline else ""
    kept = (f"ink-{'orange' if ink == 'yellow' else ink}" if ink else "", f"mark-{marker}" if marker else "")
    return " ".join(filter(None, kept))


def _hue(written: re.Pattern[str], style: str, fewest_chroma: int) -> str:
    match = written.search(style[:_LONGEST])
    degrees = _degrees(match[1].strip().lower(), fewest_chroma) if match else None
    return "" if degrees is None else next(name for end, name in _BOUNDS.items() if degrees < end)


def _degrees(colour: str, fewest_chroma: int) -> int | None:
    """The place of ``colour`` on the circle of hues; None for greys and for what is no colour."""
    named = _NAMED.get(colour.partition(" ")[0])
    if named is not None:
        return named
    if code := _HEX.match(colour):
        digits = code[1] if len(code[1]) > len("rgb") else "".join(2 * digit for digit in code[1])
        red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
    elif parts := _RGB.match(colour):
        red, green, blue = (min(255, int(part)) for part in parts.groups())
    else:
        return None
    most, chroma = max(red, green, blue), max(red, green, blue) - min(red, green, blue)
    if chroma < fewest_chroma:
        return None
    if most == red:
        turn = (green - blue) / chroma % 6
    else:
        turn = 2 + (blue - red) / chroma if most == green else 4 + (red - green) / chroma
    return int(turn * 60) % 360
