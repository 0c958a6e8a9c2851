"""Readable addresses from titles: «Как вернуть деньги?» → ``kak-vernut-dengi``."""

import re
from pathlib import PurePath

from django.utils.text import slugify

from otklik.foundation.files.uploads import clean_name

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya",
}  # fmt: skip
_DISTURBING = re.compile(r"[^\w.-]+")
LONGEST = 80
RESERVED = frozenset({"search", "suggest"})
"""Pages of the help centre stand at these addresses; an article there would never be seen."""


def slug_of(title: str, *, otherwise: str = "article") -> str:
    """Lower-case Latin letters, digits and hyphens, at most 80, cut between words; ``otherwise`` if none is left."""
    latin = slugify("".join(_LATIN.get(letter, letter) for letter in title.lower()))
    if len(latin) > LONGEST:
        latin = latin[: LONGEST + 1].rpartition("-")[0] or latin[:LONGEST]
    return latin.strip("-") or otherwise


def name_for(name: str) -> str:
    """A file's name as Markdown calls it: letters, digits, ``-``, ``_`` and ``.``."""
    path = PurePath(clean_name(name))
    stem = _DISTURBING.sub("-", path.stem).strip("-.") or "file"
    return stem[:100] + _DISTURBING.sub("", path.suffix.lower())
