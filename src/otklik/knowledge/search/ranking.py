"""From nearness to an order, and from the best of it to "this answers" or "nothing fits".

The order is a plain sum of five numbers; how much of it is enough, ``bounds`` finds out. The figures behind both are
in ``docs/language.md``.
"""

from typing import Any

import numpy as np

from otklik.knowledge.search.asking import Asked
from otklik.knowledge.search.index import Features, Index
from otklik.knowledge.search.vocabulary import Weights

_WORDS_COUNT = 0.7
_PASSAGE_COUNTS = 0.5
_PASSAGES_READ = 200
_STEEPNESS = 5.0

type Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
type Rows = np.ndarray[Any, np.dtype[np.int64]]


def features(index: Index, asked: Asked, meaning: Weights | None) -> Features:
    """``meaning``: the embedded question, None when there is no embedder."""
    nearness = index.grams.nearness(asked.pieces)
    unit_meaning, body_meaning = np.zeros((2, len(index)), dtype=np.float32)
    if meaning is not None:
        cosines = index.by_meaning(index.unit_vectors, index.unit_norms, meaning)
        unit_meaning = index.best_unit(cosines, index.unit_vector_owners)
        found = index.by_meaning(index.body_vectors, index.body_norms, meaning)
        body_meaning[index.body_vector_owners] = np.maximum(found, 0)
    return Features(
        words=index.by_words(asked.terms, asked.unknown),
        pieces=index.texts.cosines(nearness),
        unit_meaning=unit_meaning,
        body_meaning=body_meaning,
    )


def nearness_by_words(near: Features) -> Weights:
    return _WORDS_COUNT * near.words + near.pieces


def nearness(index: Index, near: Features, meaning: Weights | None, *, seen: Mask | None = None) -> Weights:
    """What the order is by: larger is better, below 0 what is not ``seen``. Passages are read of the nearest only."""
    order = nearness_by_words(near) + near.unit_meaning + near.body_meaning
    if seen is not None:
        order = np.where(seen, order, -1)
    if meaning is not None:
        rows = largest(order, _PASSAGES_READ)
        order[rows] += _PASSAGE_COUNTS * index.by_passage(rows, meaning)
    return order


def largest(order: Weights, most: int) -> Rows:
    """Rows by falling value; equal ones in the order of ids."""
    few = np.sort(np.argpartition(-order, most - 1)[:most]) if len(order) > most else np.arange(len(order))
    return few[np.argsort(-order[few], kind="stable")]


def sureness(nearness: float, *, enough: float) -> float:
    """0..1, from .5 on it answers."""
    return float(1 / (1 + np.exp(-_STEEPNESS * (nearness - enough))))
