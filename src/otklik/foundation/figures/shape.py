"""The one shape of a figure, whatever was counted."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from otklik.foundation.figures.estimates import Estimate

ENOUGH = 30
"""Fewer than this judge nobody: the figure is shown with a word of caution, and compared with nothing."""


class Unit(StrEnum):
    """What a value is: a ``SHARE`` is 0..1 (said in percent), ``POINTS`` are -100..100, a ``SPAN`` is in seconds."""

    SHARE = "share"
    POINTS = "points"
    SCORE = "score"
    SPAN = "span"
    COUNT = "count"


class Counted(StrEnum):
    """What ``n`` counts, so that it can be said in words."""

    ANSWERS = "answers"
    CASES = "cases"
    VISITS = "visits"
    PROMISES = "promises"
    WAITS = "waits"
    TEXTS = "texts"


@dataclass(frozen=True, kw_only=True)
class Point(Estimate):
    """One moment or one group of a series: ``label`` is short and translated."""

    label: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What happened beside a series, at its point ``place`` from 0: ``text`` says it, ``label`` stands in the drawing.

    A seam: from this point on something else is counted, so that no line joins it with the one before.
    """

    place: int
    label: str
    text: str
    is_seam: bool = False


@dataclass(frozen=True, kw_only=True)
class Figure(Estimate):
    """A value with its interval, how many it stands on, what was left out, and when it was counted.

    ``left_out``: asked or due, but not counted. ``unfinished``: counted as *at least* so much; ``is_at_least``: so
    many of them that ``value`` itself is only a lower bound. ``top``: the end of a score's scale. ``series``: the same
    over time, ``marks``: what happened meanwhile. ``rows_url``: the page of what it stands on, '' where there is none.
    ``kept_for``: it may be that much older than the page, because it is kept; None when it was counted for this page.
    """

    unit: Unit
    counted: Counted
    series: Sequence[Point] = ()
    marks: Sequence[Mark] = ()
    unfinished: int = 0
    is_at_least: bool = False
    top: int = 0
    enough: int = ENOUGH
    rows_url: str = ""
    counted_at: datetime | None = None
    kept_for: timedelta | None = None

    @classmethod
    def of(cls, estimate: Estimate, *, unit: Unit, counted: Counted, **about: Any) -> Self:
        """An estimate with everything that is to be said about it; ``about``: further fields of the figure."""
        known = {field.name: getattr(estimate, field.name) for field in fields(Estimate)}
        return cls(**known | about, unit=unit, counted=counted)

    @property
    def is_enough(self) -> bool:
        return self.n >= self.enough
