"""Softmax regression in numpy: which of several topics a row is of, as chances that add up to 1."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from otklik.topics.learning.features import Rows

_ROUNDS, _DECAY, _STILL = 120, 1e-4, 1e-4
FOLDS = 5

type Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


def fit(rows: Rows, labels: Numbers, count: int) -> Rows:
    """Weights (width, count) by gradient descent with Nesterov's momentum; the same for the same rows."""
    wanted = np.eye(count, dtype=np.float32)[labels]
    weights: Rows = np.zeros((rows.shape[1], count), dtype=np.float32)
    ahead: Rows = weights
    momentum = 1.0
    step = np.float32(1 / (0.5 * _largest(rows) / len(rows) + _DECAY))
    for _round in range(_ROUNDS):
        slope = rows.T @ (chances(rows, ahead) - wanted) / np.float32(len(rows)) + np.float32(_DECAY) * ahead
        moved = np.asarray(ahead - step * slope, dtype=np.float32)
        following = (1 + sqrt(1 + 4 * momentum * momentum)) / 2
        ahead = np.asarray(moved + np.float32((momentum - 1) / following) * (moved - weights), dtype=np.float32)
        is_still = float(np.abs(moved - weights).max()) < _STILL * max(float(np.abs(moved).max()), 1e-9)
        weights, momentum = moved, following
        if is_still:
            break
    return weights


def chances(rows: Rows, weights: Rows) -> Rows:
    """For each row how likely each topic is."""
    values = rows @ weights
    values -= values.max(axis=1, keepdims=True)
    np.exp(values, out=values)
    values /= values.sum(axis=1, keepdims=True)
    return np.asarray(values, dtype=np.float32)


def _largest(rows: Rows) -> float:
    """The largest eigenvalue of rowsᵀ·rows: how steep it can get."""
    narrow = rows.T @ rows if len(rows) > rows.shape[1] else rows @ rows.T
    return float(np.linalg.eigvalsh(narrow.astype(np.float64))[-1])


def unseen_chances(rows: Rows, labels: Numbers, count: int, *, also: tuple[Rows, Numbers] | None = None) -> Rows:
    """What each row would have been taken for by one that has not seen it: cross-validation in five parts.

    Each topic's rows are dealt out in turn, so that every part has its share of each. ``also``: taught in every part.
    """
    found, part = np.zeros((len(rows), count), dtype=np.float32), _dealt(labels, FOLDS)
    for number in range(FOLDS):
        held = part == number
        shown, known = rows[~held], labels[~held]
        if also is not None:
            shown, known = np.vstack([shown, also[0]]), np.concatenate([known, also[1]])
        if held.any() and len(shown):
            found[held] = chances(rows[held], fit(shown, known, count))
    return found


def _dealt(labels: Numbers, folds: int) -> Numbers:
    seen: dict[int, int] = {}
    part: list[int] = []
    for label in _plain(labels):
        part.append(seen.get(label, 0) % folds)
        seen[label] = seen.get(label, 0) + 1
    return np.array(part, dtype=np.int64)


def _plain(labels: Numbers) -> Sequence[int]:
    return [int(label) for label in labels]
