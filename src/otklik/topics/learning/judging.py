"""How good each topic is at taking texts by itself, and from which surety on it may.

Ten examples prove little about one topic, and a bar that is chosen by them flatters it. So the common bar is found from
the examples of all topics together, at half the errors that are allowed; and what one topic has shown at this bar is
weighed against what all have shown as if that were ten texts more. Of 4 to 12 vague topics (groups of BANKING77's
intents) with 10 / 15 / 20 / 30 / 50 examples each .28 / .53 / .58 / .73 / .85 of unseen texts were taken so, .88 / .89
/ .92 / .96 / .96 of them rightly; a bar of each topic's own took .25 at 10 examples, .78 of them rightly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from otklik.topics.learning.features import WIDTH, Rows
from otklik.topics.learning.softmax import Numbers, chances, fit, unseen_chances

FEWEST_EXAMPLES: Final = 10
"""A topic with fewer takes nothing by itself, however well it does."""
_FEWEST_TAKEN: Final = 5
_FEWEST_IN_COMMON: Final = 20
_WEIGHT_OF_ALL: Final = 10
_OFFERED: Final = 3


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Of one topic, by cross-validation: of ``examples`` so many were ``taken`` for it at or above ``bar``, so many of
    these rightly. ``bar`` None: it has not earned to take any; then ``taken`` are all that were taken for it."""

    examples: int
    taken: int
    right: int
    bar: float | None


@dataclass(frozen=True, kw_only=True)
class Learnt:
    weights: Rows
    measures: Sequence[Measure]


@dataclass(frozen=True, kw_only=True)
class Named:
    """Names and synonyms as rows: they teach, but nothing is tried on them."""

    rows: Rows
    labels: Numbers


def learn(rows: Rows, labels: Numbers, count: int, *, precision: float, named: Named | None = None) -> Learnt:
    """Weights from all examples, and the measure of each label by texts that were held back."""
    also = (named.rows, named.labels) if named is not None and len(named.rows) else None
    found = unseen_chances(rows, labels, count, also=also)
    measures = measured(found, labels, count, precision=precision)
    if also is not None:
        rows, labels = np.vstack([rows, also[0]]), np.concatenate([labels, also[1]])
    return Learnt(weights=fit(rows, labels, count), measures=measures)


def measured(found: Rows, labels: Numbers, count: int, *, precision: float) -> list[Measure]:
    """``found``: how likely each label seemed for each row, while it was held back."""
    first, surety = found.argmax(axis=1), found.max(axis=1)
    is_right = first == labels
    common, share = _common_bar(surety, is_right, precision=(1 + precision) / 2)
    return [
        _measure(
            int((labels == place).sum()),
            surety[first == place],
            is_right[first == place],
            common,
            share=share,
            precision=precision,
        )
        for place in range(count)
    ]


def _common_bar(surety: Rows, is_right: Rows, *, precision: float) -> tuple[float, float]:
    """The lowest bar at which all together are right so often, and how often they are; (2, 0): there is none."""
    order = np.argsort(-surety, kind="stable")
    shares = np.cumsum(is_right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(shares >= precision - 1e-9)
    good = good[good >= _FEWEST_IN_COMMON - 1]
    return (float(surety[order[good[-1]]]), float(shares[good[-1]])) if len(good) else (2.0, 0.0)


def _measure(examples: int, surety: Rows, is_right: Rows, common: float, *, share: float, precision: float) -> Measure:
    """The common bar, or a higher one of its own where only that is enough."""
    order = np.argsort(-surety, kind="stable")
    order = order[surety[order] >= common]
    hits, taken = np.cumsum(is_right[order]), np.arange(1, len(order) + 1)
    shown = (hits + _WEIGHT_OF_ALL * share) / (taken + _WEIGHT_OF_ALL)
    good = np.flatnonzero((shown >= precision - 1e-9) & (taken >= _FEWEST_TAKEN))
    if examples < FEWEST_EXAMPLES or not len(good):
        return Measure(examples=examples, taken=len(surety), right=int(is_right.sum()), bar=None)
    last = int(good[-1])
    bar = common if last == len(order) - 1 else float(surety[order[last]])
    return Measure(examples=examples, taken=last + 1, right=int(hits[last]), bar=bar)


def nearest(rows: Rows, weights: bytes, topics: Sequence[int]) -> Iterator[tuple[list[int], float]]:
    """For each row the three topics that it is nearest to, and how sure the first is, 0..1."""
    known = np.frombuffer(weights, dtype=np.float32).reshape(WIDTH, len(topics))
    found = chances(rows, known)
    top = np.argsort(-found, axis=1, kind="stable")[:, :_OFFERED]
    for places, values in zip(top.tolist(), found, strict=True):
        yield [topics[place] for place in places], float(values[places[0]])
