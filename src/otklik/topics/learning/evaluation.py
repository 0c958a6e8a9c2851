"""How well topics are told apart, on texts whose topics are known."""

import csv
import io
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from otklik.topics.learning.features import Rows, features, meanings_of
from otklik.topics.learning.judging import learn
from otklik.topics.learning.softmax import Numbers, chances

NUMBERS_OF_EXAMPLES = (3, 5, 10, 30, 100)
MOST_TEXTS, MOST_TRIED = 20_000, 2_000
_TOP = 3
_TEXT, LABELS = ("text", "words", "question"), ("label", "topic", "category")


class Unreadable(Exception):
    """The file is no table of what is asked; the text says where."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """With so many ``examples`` of each of ``topics``: shares 0..1 of the ``tried`` texts that were not among them.

    ``coverage``: taken by itself; ``precision``: of these rightly, None where nothing was taken. ``earned``: topics
    that may take by themselves. ``top_1`` and ``top_3``: the right topic is offered first, or among three.
    """

    examples: int
    topics: int
    tried: int
    earned: int
    coverage: float
    precision: float | None
    top_1: float
    top_3: float


def labelled_in(text: str, *, labels: Sequence[str] = LABELS) -> list[tuple[str, str]]:
    """Texts with their labels from CSV with a head. Raises ``Unreadable``."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    found: list[tuple[str, str]] = []
    for row in reader:
        named = {str(name).strip().lower(): value for name, value in row.items() if isinstance(value, str)}
        words = next((named[name] for name in _TEXT if named.get(name, "").strip()), "")
        label = next((named[name] for name in labels if named.get(name, "").strip()), "")
        if not words or not label:
            raise Unreadable(f"Line {reader.line_num} lacks {_TEXT[0] if not words else labels[0]}.")
        found.append((words.strip(), label.strip()))
        if len(found) > MOST_TEXTS:
            raise Unreadable(f"The file has more than {MOST_TEXTS} lines.")
    if not found:
        raise Unreadable(f"The file has no rows: its head is {_TEXT[0]},{labels[0]}.")
    return found


def evaluate(labelled: Sequence[tuple[str, str]], *, precision: float) -> Iterator[Tried]:
    """For each number of examples that leaves something to try. Of doubles one is kept; the same draw every time."""
    unique = list(dict(labelled).items())
    random.Random(0).shuffle(unique)  # noqa: S311 - repeatable, nothing secret
    texts = [text for text, _label in unique]
    names = sorted({label for _text, label in unique})
    labels = np.array([names.index(label) for _text, label in unique], dtype=np.int64)
    rows = features(meanings_of(texts), texts)
    for number in NUMBERS_OF_EXAMPLES:
        if (tried := _tried(rows, labels, number, precision=precision)) is not None:
            yield tried


def _tried(rows: Rows, labels: Numbers, number: int, *, precision: float) -> Tried | None:
    """Only topics that have as many examples take part, and all their other texts are tried."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, label in enumerate(labels.tolist()):
        places[label].append(place)
    kept = [mine for mine in places.values() if len(mine) > number]
    if len(kept) < 2:  # noqa: PLR2004  (one topic is told from nothing)
        return None
    shown = np.array([place for mine in kept for place in mine[:number]], dtype=np.int64)
    others = np.array(sorted(place for mine in kept for place in mine[number:])[:MOST_TRIED], dtype=np.int64)
    names = {labels[mine[0]]: new for new, mine in enumerate(kept)}
    as_new = np.array([names.get(label, -1) for label in labels], dtype=np.int64)
    learnt = learn(rows[shown], as_new[shown], len(kept), precision=precision)
    found, truth = chances(rows[others], learnt.weights), as_new[others]
    bars = np.array([2.0 if one.bar is None else one.bar for one in learnt.measures])
    first = found.argmax(axis=1)
    is_taken = found[np.arange(len(others)), first] >= bars[first]
    is_right = first == truth
    top = np.argsort(-found, axis=1)[:, :_TOP]
    return Tried(
        examples=number,
        topics=len(kept),
        tried=len(others),
        earned=sum(one.bar is not None for one in learnt.measures),
        coverage=float(is_taken.mean()),
        precision=float(is_right[is_taken].mean()) if is_taken.any() else None,
        top_1=float(is_right.mean()),
        top_3=float((top == truth[:, None]).any(axis=1).mean()),
    )
