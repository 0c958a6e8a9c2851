"""What the search is given and what it gives back; plain data, no database."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from statistics import median

import numpy as np

DIMENSIONS = 512
_SHORT = 300
_FEWEST_TO_COMPARE = 20

type Vectors = np.ndarray[tuple[int, int], np.dtype[np.int8]]


class Manner(StrEnum):
    """How a house writes its articles; each manner weighs its own way, see ``ranking``."""

    LONG = "long"
    SHORT = "short"
    SHELVED = "shelved"
    """Short answers under titles that many share: the names of their topics."""
    EXAMPLES = "examples"
    """Short answers with questions as customers ask them."""


class Circle(IntEnum):
    """Who may learn the words of an article, even one by one: a wider circle never gets a narrower one's."""

    EVERYBODY = 0
    CUSTOMERS = 1
    STAFF = 2


@dataclass(frozen=True, kw_only=True)
class Document:
    """One article as the search sees it; ``body`` in plain words.

    ``vectors``: int8, one row for the title, one for each question, one for the body, then its passages if it is cut
    into any; None when nobody derived them.
    """

    id: int
    language: str
    title: str
    questions: Sequence[str] = ()
    body: str = ""
    section: str = ""
    vectors: Vectors | None = None


def manner_of(documents: Sequence[Document]) -> Manner:
    """Short is a median of at most 300 letters; the rest shows in titles and questions."""
    if not documents or median(len(one.body) for one in documents) > _SHORT:
        return Manner.LONG
    with_questions = sum(len(one.questions) > 1 for one in documents)
    if len(documents) >= _FEWEST_TO_COMPARE and 2 * with_questions > len(documents):
        return Manner.EXAMPLES
    shared = Counter(one.title for one in documents)
    is_shelved = 2 * sum(shared[one.title] > 1 for one in documents) > len(documents)
    return Manner.SHELVED if is_shelved else Manner.SHORT


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An article that was found. ``score`` 0..1: how sure we are that it answers; ``snippet``: plain text with the
    found words between ``MARK_ON`` and ``MARK_OFF``, '' for suggestions."""

    id: int
    score: float
    snippet: str = ""


MARK_ON, MARK_OFF = "\x02", "\x03"


@dataclass(frozen=True, kw_only=True)
class Found:
    """Hits, best first. ``is_answered`` is false when nothing fits and a person should be offered.

    ``corrected_to``: what was searched for instead of what was typed, '' when they are the same.
    """

    items: Sequence[Hit] = field(default=())
    is_answered: bool = False
    corrected_to: str = ""
