"""Whether words are of somebody who is not content, learnt from what a house's own customers wrote beside their scores.

Two judges, averaged: one goes by words and pieces of words (2¹⁶ of them, counted by a checksum, weights of one byte),
the other by meaning. Both are softmax over -1, 0 and 1, and a rare score counts as much as a frequent one. Another
house's words teach little: a model of posts from social networks reaches an AUC of only .63 on complaints to a telecom.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from otklik.topics.learning.features import LONGEST, Rows, meanings_of
from otklik.topics.learning.softmax import Numbers, chances, fit

SCORES: Final = (-1, 0, 1)
ENOUGH: Final = 300
"""With fewer scored texts a house goes by its phrases alone."""
_SIZE: Final = 1 << 16
_ROUNDS, _DECAY = 40, 3e-5
_WORD: Final = re.compile(r"\w+|[!?)(:]+")

type Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class _Sparse:
    """Rows of few numbers among 65,536: ``places`` and ``values`` one row after the other, each from ``starts``."""

    places: Numbers
    values: Floats
    starts: Numbers

    def times(self, weights: Floats) -> Floats:
        """Column by column: three times as quick as all at once."""
        columns = [np.add.reduceat(column[self.places] * self.values, self.starts) for column in weights.T.copy()]
        return np.stack(columns, axis=1)

    def turned(self, rows: Floats) -> Floats:
        """The same transposed."""
        owners = np.repeat(np.arange(len(self.starts)), np.diff([*self.starts, len(self.places)]))
        columns = [np.bincount(self.places, column[owners] * self.values, _SIZE) for column in rows.T.copy()]
        return np.stack(columns, axis=1).astype(np.float32)


def _sparse(texts: Sequence[str]) -> _Sparse:
    """Each row of length 1: the logarithm of how often a word, two in a row or a run of 3 or 4 letters stands there."""
    places, values, starts = [], [], []
    size = 0
    for text in texts:
        counts = np.unique(_hashed(text), return_counts=True)
        row = 1 + np.log(counts[1].astype(np.float32))
        places.append(counts[0])
        values.append(row / np.linalg.norm(row))
        starts.append(size)
        size += len(row)
    return _Sparse(np.concatenate(places), np.concatenate(values).astype(np.float32), np.array(starts, np.int64))


def _hashed(text: str) -> Numbers:
    """At least one number: that it is a text."""
    words = _WORD.findall(text[:LONGEST].lower().replace("ё", "е"))
    found = ["", *(f"w {word}" for word in words), *(f"b {one} {other}" for one, other in pairwise(words))]
    for word in words:
        framed = f"<{word}>"
        found += [framed[start : start + size] for size in (3, 4) for start in range(len(framed) - size + 1)]
    return np.array([zlib.crc32(one.encode()) % _SIZE for one in found], dtype=np.int64)


def _learn_words(rows: _Sparse, labels: Numbers, counts: Floats) -> Floats:
    """Weights (65,536 × 3) as ``softmax.fit`` finds them, for sparse rows; each row counts as ``counts`` says."""
    wanted = np.eye(len(SCORES), dtype=np.float32)[labels]
    weights: Floats = np.zeros((_SIZE, len(SCORES)), dtype=np.float32)
    ahead, momentum = weights, 1.0
    step = np.float32(1 / (0.5 + _DECAY))  # rows have length 1 and count as much as 1 together
    for _round in range(_ROUNDS):
        beyond = (_softmax(rows.times(ahead)) - wanted) * (counts / counts.sum())[:, None]
        moved = ahead - step * (rows.turned(beyond) + np.float32(_DECAY) * ahead)
        following = (1 + (1 + 4 * momentum * momentum) ** 0.5) / 2
        ahead = np.asarray(moved + np.float32((momentum - 1) / following) * (moved - weights), dtype=np.float32)
        weights, momentum = np.asarray(moved, dtype=np.float32), following
    return weights


def _softmax(values: Floats) -> Floats:
    found = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True)
class Mood:
    """``words``: 65,536 × 3 signed bytes, times ``scale``; ``meaning``: 513 × 3 numbers."""

    words: np.ndarray[Any, np.dtype[np.int8]]
    scale: float
    meaning: Rows

    def chances(self, texts: Sequence[str]) -> Floats:
        """For each text how likely -1, 0 and 1 are."""
        by_words = _softmax(_sparse(texts).times(self.words.astype(np.float32) * np.float32(self.scale)))
        by_meaning = chances(_with_one(meanings_of(texts)), self.meaning)
        return np.asarray((by_words + by_meaning) / 2, dtype=np.float32)


def learn_mood(texts: Sequence[str], scores: Sequence[int]) -> Mood:
    """From texts with their scores (-1, 0, 1), at least one of two kinds. Raises ``EmbedderAway``."""
    labels = np.array([SCORES.index(score) for score in scores], dtype=np.int64)
    often = np.bincount(labels, minlength=len(SCORES)).astype(np.float32)
    counts = (1 / np.sqrt(np.maximum(often, 1)))[labels].astype(np.float32)
    weights = _learn_words(_sparse(texts), labels, counts)
    scale = max(float(np.abs(weights).max()), 1e-9) / 127
    even = _evened(labels)
    meaning = fit(_with_one(meanings_of(texts))[even], labels[even], len(SCORES))
    return Mood(np.round(weights / scale).astype(np.int8), scale, meaning)


def _evened(labels: Numbers) -> Numbers:
    """Rows of rarer scores stand twice, until a score is at least half as frequent as the most frequent one."""
    often = np.bincount(labels, minlength=len(SCORES))
    times = np.clip(often.max() // np.maximum(2 * often, 1), 1, 4)
    return np.repeat(np.arange(len(labels)), times[labels])


def _with_one(meanings: Rows) -> Rows:
    return np.hstack([meanings, np.full((len(meanings), 1), 0.3, dtype=np.float32)])


# ── Measuring ─────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Quality:
    """``macro_f1`` over the scores that occur; ``auc``: how often one of two texts, the unhappy one, is told from the
    other; None where all or none of them are unhappy."""

    tried: int
    macro_f1: float
    auc: float | None


def quality(mood: Mood, texts: Sequence[str], scores: Sequence[int]) -> Quality:
    found = mood.chances(texts)
    truth = np.array([SCORES.index(score) for score in scores], dtype=np.int64)
    return Quality(tried=len(texts), macro_f1=macro_f1(found.argmax(axis=1), truth), auc=auc(found[:, 0], truth == 0))


def macro_f1(said: Numbers, truth: Numbers) -> float:
    """The mean over the labels that occur of 2·right / (said + true)."""
    parts = [
        2 * int(((said == label) & (truth == label)).sum()) / int((said == label).sum() + (truth == label).sum())
        for label in np.unique(truth)
    ]
    return float(np.mean(parts))


def auc(values: Floats, is_true: np.ndarray[Any, np.dtype[np.bool_]]) -> float | None:
    """The chance that a true one has the higher value; equal values count half (Mann and Whitney 1947)."""
    many, few = int(is_true.sum()), int((~is_true).sum())
    if not many or not few:
        return None
    _kinds, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[place]
    return float((ranks[is_true].sum() - many * (many + 1) / 2) / (many * few))
