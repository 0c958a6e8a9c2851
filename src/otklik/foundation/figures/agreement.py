"""Do people who judge the same thing agree more than chance would have them?

None everywhere means: nothing to disagree about (one category only, or nobody judged the same thing twice).
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_NOTHING = 1e-12
RELIABLE = 0.667
"""Krippendorff's least α; below it an item judges nobody."""


def cohen_kappa(table: Sequence[Sequence[int]]) -> float | None:
    """κ of two raters (Cohen 1960); ``table[a][b]``: how many the first put into a, the second into b."""
    n = sum(map(sum, table))
    if not n:
        return None
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    seen = sum(table[place][place] for place in range(len(table))) / n
    return _above_chance(seen, sum(row * column for row, column in zip(rows, columns, strict=True)) / n**2)


def fleiss_kappa(counts: Sequence[Sequence[int]]) -> float | None:
    """κ of many raters (Fleiss 1971); ``counts[subject][category]``: how many raters chose it.

    Raises ``ValueError`` unless every subject has the same number, at least two, of raters.
    """
    raters = {sum(row) for row in counts}
    if len(raters) != 1 or min(raters) < 2:  # noqa: PLR2004  (one alone agrees with nobody)
        raise ValueError(sorted(raters))
    n, k = len(counts), raters.pop()
    seen = sum((sum(count * count for count in row) - k) / (k * (k - 1)) for row in counts) / n
    return _above_chance(seen, sum((sum(column) / (n * k)) ** 2 for column in zip(*counts, strict=True)))


def _above_chance(seen: float, by_chance: float) -> float | None:
    return None if by_chance == 1 else (seen - by_chance) / (1 - by_chance)


# ── Krippendorff's α ──────────────────────────────────────────────────────────────────────
class Level(StrEnum):
    """What the values of a scale mean, and so how far apart two of them are."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def krippendorff_alpha(units: Sequence[Sequence[Hashable | None]], level: Level) -> float | None:
    """α (Krippendorff 2011): ``units[thing]`` are the values that raters gave it, None where one gave none.

    Any number of raters, some missing. Values are numbers, except for ``NOMINAL``;
    those of ``RATIO`` are not negative.
    """
    judged = [[value for value in unit if value is not None] for unit in units]
    judged = [unit for unit in judged if len(unit) > 1]
    whole = Counter(value for unit in judged for value in unit)
    n, apart = sum(whole.values()), _distance(level, whole)
    expected = sum(
        count * other_count * apart(value, other)
        for value, count in whole.items()
        for other, other_count in whole.items()
    )
    if not expected:
        return None
    observed = sum(_disagreement(Counter(unit), apart) for unit in judged)
    return 1 - (n - 1) * observed / expected


def _disagreement(unit: Counter[Hashable], apart: Callable[[Hashable, Hashable], float]) -> float:
    pairs = sum(
        count * other_count * apart(value, other)
        for value, count in unit.items()
        for other, other_count in unit.items()
    )
    return pairs / (unit.total() - 1)


def _distance(level: Level, whole: Mapping[Hashable, int]) -> Callable[[Hashable, Hashable], float]:
    if level is Level.NOMINAL:
        return lambda one, two: float(one != two)
    if level is Level.ORDINAL:
        return _ordinal(whole)
    if level is Level.INTERVAL:
        return lambda one, two: (_number(one) - _number(two)) ** 2
    return lambda one, two: 0.0 if one == two else ((_number(one) - _number(two)) / (_number(one) + _number(two))) ** 2


def _ordinal(whole: Mapping[Hashable, int]) -> Callable[[Hashable, Hashable], float]:
    """By ranks: what lies between two values, each end counted by half."""
    middle, below = {}, 0.0
    for value in sorted(whole, key=_number):
        middle[value] = below + whole[value] / 2
        below += whole[value]
    return lambda one, two: (middle[one] - middle[two]) ** 2


def _number(value: Hashable) -> float:
    if not isinstance(value, int | float):
        raise TypeError(value)
    return value


# ── Intraclass correlation ────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Icc:
    """The six of Shrout and Fleiss 1979: one rater (``single``) or the mean of all (``average``).

    1: each target has its own raters · 2: raters are a sample of many · 3: these raters are all there are.
    ``average_2`` is None where its divisor is 0.
    """

    single_1: float
    single_2: float
    single_3: float
    average_1: float
    average_2: float | None
    average_3: float


def icc(ratings: Sequence[Sequence[float]]) -> Icc | None:
    """``ratings[target][rater]``, none missing; None when targets do not differ at all. Raises ``ValueError``."""
    n, k = len(ratings), len(ratings[0]) if ratings else 0
    if min(n, k) < 2 or any(len(row) != k for row in ratings):  # noqa: PLR2004  (a spread needs two)
        raise ValueError((n, k))
    between, judges, rest = _mean_squares(ratings, n, k)
    if between <= _NOTHING * (between + judges + rest):
        return None
    within = (judges * (k - 1) + rest * (n - 1) * (k - 1)) / (n * (k - 1))
    return Icc(
        single_1=(between - within) / (between + (k - 1) * within),
        single_2=(between - rest) / (between + (k - 1) * rest + k * (judges - rest) / n),
        single_3=(between - rest) / (between + (k - 1) * rest),
        average_1=(between - within) / between,
        average_2=(between - rest) / spread if (spread := between + (judges - rest) / n) else None,
        average_3=(between - rest) / between,
    )


def _mean_squares(ratings: Sequence[Sequence[float]], n: int, k: int) -> tuple[float, float, float]:
    """Between targets, between judges, and what is left."""
    grand = sum(map(sum, ratings)) / (n * k)
    targets = k * sum((sum(row) / k - grand) ** 2 for row in ratings)
    judges = n * sum((sum(column) / n - grand) ** 2 for column in zip(*ratings, strict=True))
    total = sum((value - grand) ** 2 for row in ratings for value in row)
    return targets / (n - 1), judges / (k - 1), max(0.0, total - targets - judges) / ((n - 1) * (k - 1))
