"""From nearness to an order, and from the best of it to "this answers" or "nothing fits".

The order is a plain sum of four numbers; the figures behind it are in ``docs/language.md``.
"""

import numpy as np

from otklik.knowledge.search.asking import Asked
from otklik.knowledge.search.index import Features, Index
from otklik.knowledge.search.vocabulary import Weights

_STEEPNESS = 10.0
_BY_WORDS_ALONE = 0.55
"""The share of the bound that words have to reach when nobody knows the meaning."""


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


def order_by(near: Features) -> Weights:
    """What the order is by: larger is better."""
    return near.words + near.pieces + near.unit_meaning + near.body_meaning


def sureness(near: Features, index: Index, row: int) -> float:
    """0..1, from .5 on it answers. Comparable between sets: words, pieces and the better of two meanings, against a
    bound that was found on other sets than those it is tested on."""
    meaning = float(max(near.unit_meaning[row], near.body_meaning[row]))
    enough = float(index.enough[row]) * (1 if meaning > 0 else _BY_WORDS_ALONE)
    return float(1 / (1 + np.exp(-_STEEPNESS * (float(near.words[row] + near.pieces[row]) + meaning - enough))))
