"""How good the search is, on questions whose answers are known."""

import csv
import io
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from otklik.knowledge.models import Article
from otklik.knowledge.queries import STRANGER
from otklik.knowledge.search import find

_QUESTION = ("question", "query", "q", "text")
_EXPECTED = ("expected", "ids", "id", "article", "external_id")
_SPACE = re.compile(r"[\n|;]")
_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ENGLISH = "abcdefghijklmnopqrstuvwxyz"
_TOP = 3
_LOST, _WRONG, _ADDED = range(3)
_FEWEST_LETTERS = 4


class Unreadable(Exception):
    """The file holds no labelled questions; the text says where."""


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A question and the ids (``external_id``, else ``id``) of articles that answer it; none: nobody should answer."""

    question: str
    expected: frozenset[str]


@dataclass(kw_only=True)
class Figures:
    """Shares of 0..1 of the questions that have an answer (``own``), and of those that have none (``foreign``)."""

    own: int = 0
    foreign: int = 0
    first: int = 0
    among_three: int = 0
    unanswered: int = 0
    wrongly_answered: int = 0
    milliseconds: list[float] = field(default_factory=list)

    @property
    def top_1(self) -> float:
        return self.first / max(self.own, 1)

    @property
    def top_3(self) -> float:
        return self.among_three / max(self.own, 1)

    @property
    def empty(self) -> float:
        """Own questions about which we say that nothing fits."""
        return self.unanswered / max(self.own, 1)

    @property
    def wrong(self) -> float:
        """Foreign questions that get an article instead of a person."""
        return self.wrongly_answered / max(self.foreign, 1)

    def within(self, share: float) -> float:
        """Milliseconds in which this share of the searches was done."""
        ordered = sorted(self.milliseconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def labelled_in(text: str) -> list[Labelled]:
    """CSV with a head, or one JSON object a line; see ``docs/language.md``. Raises ``Unreadable``."""
    rows = _json_lines(text) if text.lstrip().startswith("{") else _table(text)
    found = [_labelled(row, number) for number, row in rows]
    if not found:
        raise Unreadable("The file has no questions.")
    return found


def _json_lines(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise Unreadable(f"Line {number} is not JSON: {error.msg}.") from error
        yield number, row if isinstance(row, dict) else {}


def _table(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    for row in reader:
        yield reader.line_num, {str(name).strip().lower(): value for name, value in row.items()}


def _labelled(row: dict[str, Any], number: int) -> Labelled:
    question = next((str(row[name]) for name in _QUESTION if row.get(name)), "")
    if not question.strip():
        raise Unreadable(f"Line {number} has no question (a column or key `question`).")
    expected = next((row[name] for name in _EXPECTED if row.get(name)), "")
    ids = expected if isinstance(expected, list) else _SPACE.split(str(expected))
    return Labelled(question=question, expected=frozenset(str(one).strip() for one in ids if str(one).strip()))


# ── Measuring ─────────────────────────────────────────────────────────────────────────────
def evaluate(questions: Sequence[Labelled], *, language: str | None = None, typing_errors: int = 0) -> Figures:
    """Ask each question as a stranger would. ``typing_errors`` in each, the same ones every time."""
    chance = random.Random(0)  # noqa: S311 - repeatable, nothing secret
    figures = Figures()
    for one in questions:
        asked = mistyped(one.question, typing_errors, chance)
        began = time.perf_counter()
        found = find(asked, reader=STRANGER, language=language)
        figures.milliseconds.append((time.perf_counter() - began) * 1000)
        _count(figures, one, _ids([hit.id for hit in found.items[:_TOP]]), is_answered=found.is_answered)
    return figures


def _count(figures: Figures, one: Labelled, found: Sequence[str], *, is_answered: bool) -> None:
    if not one.expected:
        figures.foreign += 1
        figures.wrongly_answered += is_answered
        return
    figures.own += 1
    figures.first += bool(one.expected & set(found[:1]))
    figures.among_three += bool(one.expected & set(found))
    figures.unanswered += not is_answered


def _ids(numbers: Sequence[int]) -> list[str]:
    known = dict(Article.objects.filter(pk__in=numbers).values_list("id", "external_id"))
    return [known.get(number) or str(number) for number in numbers]


def mistyped(text: str, count: int, chance: random.Random) -> str:
    """The text with ``count`` letters lost, wrong, added or swapped with the next."""
    alphabet = _RUSSIAN if re.search("[а-яё]", text.lower()) else _ENGLISH
    letters = list(text)
    for _time in range(count):
        places = [place for place, letter in enumerate(letters) if letter.isalpha()]
        if len(places) < _FEWEST_LETTERS:
            break
        place, deed = chance.choice(places), chance.randrange(4)
        after = letters[place + 1] if place + 1 < len(letters) else " "
        if deed == _WRONG:
            letters[place] = chance.choice(alphabet)
        elif deed == _ADDED:
            letters.insert(place + 1, chance.choice(alphabet))
        elif deed == _LOST or not after.isalpha():
            del letters[place]
        else:
            letters[place : place + 2] = after, letters[place]
    return "".join(letters)
