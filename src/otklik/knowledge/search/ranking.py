"""From nearness to an order, and from the best of it to "this answers" or "nothing fits".

The order is a plain sum of a few numbers, weighed by the manner of the house; how much of it is enough, ``bounds``
finds out. The figures behind both are in ``docs/language.md``.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from otklik.knowledge.search.asking import Asked
from otklik.knowledge.search.documents import Manner
from otklik.knowledge.search.index import Features, Index
from otklik.knowledge.search.vocabulary import Weights

_PASSAGES_READ = 200
_STEEPNESS = 5.0

type Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
type Rows = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much each number counts."""

    words: float
    pieces: float = 1.0
    unit: float = 1.0
    centre: float = 0.0
    body: float = 1.0
    passage: float = 0.0


COUNTS = {
    Manner.LONG: Counts(words=0.7, passage=0.5),
    Manner.SHORT: Counts(words=0.35, body=0.6, passage=1.0),
    Manner.SHELVED: Counts(words=0.35, unit=0.6, body=0.6, passage=1.0),
    Manner.EXAMPLES: Counts(words=0.7, pieces=0.7, centre=2.0, body=0.7),
}


def features(index: Index, asked: Asked, meaning: Weights | None) -> Features:
    """``meaning``: the embedded question, None when there is no embedder."""
    nearness = index.grams.nearness(asked.pieces)
    unit_meaning, centre_meaning, body_meaning = np.zeros((3, len(index)), dtype=np.float32)
    if meaning is not None:
        apart = index.apart(meaning) if len(index.centre_vectors) else meaning
        cosines = index.by_meaning(index.unit_vectors, index.unit_norms, apart)
        unit_meaning = index.best_unit(cosines, index.unit_vector_owners)
        found = index.by_meaning(index.body_vectors, index.body_norms, apart)
        body_meaning[index.body_vector_owners] = np.maximum(found, 0)
    if meaning is not None and len(index.centre_vectors):
        found = index.by_meaning(index.centre_vectors, index.centre_norms, index.told_apart(apart))
        centre_meaning[index.body_vector_owners] = np.maximum(found, 0)
    return Features(
        words=index.by_words(asked.terms, asked.unknown),
        pieces=index.texts.cosines(nearness),
        unit_meaning=unit_meaning,
        centre_meaning=centre_meaning,
        body_meaning=body_meaning,
    )


def nearness_by_words(index: Index, near: Features) -> Weights:
    counts = COUNTS[index.manner]
    return np.asarray(counts.words * near.words + counts.pieces * near.pieces, dtype=np.float32)


def nearness(index: Index, near: Features, meaning: Weights | None, *, seen: Mask | None = None) -> Weights:
    """What the order is by: larger is better, below 0 what is not ``seen``. Passages are read of the nearest only."""
    counts = COUNTS[index.manner]
    order: Weights = nearness_by_words(index, near) + counts.unit * near.unit_meaning + counts.body * near.body_meaning
    if counts.centre:
        order += counts.centre * near.centre_meaning
    if seen is not None:
        order = np.where(seen, order, -1)
    if meaning is not None and counts.passage:
        rows = largest(order, _PASSAGES_READ)
        order[rows] += counts.passage * index.by_passage(rows, meaning)
    return order


def largest(order: Weights, most: int) -> Rows:
    """Rows by falling value; equal ones in the order of ids."""
    few = np.sort(np.argpartition(-order, most - 1)[:most]) if len(order) > most else np.arange(len(order))
    return few[np.argsort(-order[few], kind="stable")]


def sureness(beyond: float) -> float:
    """0..1, from .5 on it answers; ``beyond`` what would be enough, below 0 what falls short of it."""
    return float(1 / (1 + np.exp(-_STEEPNESS * beyond)))
