"""Charts worked out on the server: where each line, band and column stands. No script, no colour alone.

Each is drawn twice, for a wide and for a narrow box, so that its words stay twelve pixels. Lengths are pixels of the
view box, rounded to tenths.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Final, Protocol

from otklik.ui.figures import Axis, Labelled, Marked, axis

_LEFT, _TOP, _BOTTOM = 44, 18, 30


@dataclass(frozen=True, kw_only=True)
class Box:
    """Of one drawing; ``labels``: so many fit under it."""

    name: str
    width: int
    height: int
    right: int
    labels: int

    @property
    def floor(self) -> int:
        return self.height - _BOTTOM

    @property
    def end(self) -> int:
        return self.width - self.right


WIDE: Final = Box(name="at-wide", width=560, height=196, right=44, labels=12)
SLIM: Final = Box(name="at-slim", width=320, height=190, right=40, labels=6)
BOXES: Final = (WIDE, SLIM)


@dataclass(frozen=True, kw_only=True)
class Word:
    x: float
    y: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Spot:
    x: float
    y: float


# ── Scales ────────────────────────────────────────────────────────────────────────────────
def scale(low: float, high: float, unit: str) -> tuple[float, float, float]:
    """First, middle and last line: round numbers that hold both. A span and a count begin at 0, a share ends at 1."""
    if unit == "share":
        first, last = floor(low * 5) / 5, ceil(high * 5) / 5
        if first == last:
            first, last = (first - 0.2, last) if first else (0.0, 0.2)
        return first, (first + last) / 2, last
    if unit == "score":
        first, last = floor(low), max(ceil(high), floor(low) + 1)
        return first, (first + last) / 2, last
    if unit == "points":
        first, last = floor(low / 20) * 20, ceil(high / 20) * 20
        last = last if last > first else first + 20
        return first, (first + last) / 2, last
    half = _round_up(max(high, 1) / 2, unit)
    return 0, half, 2 * half


def _round_up(value: float, unit: str) -> float:
    if unit == "span":
        steps = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
        return next((step for step in steps if step >= value), ceil(value / 86400) * 86400)
    whole = 10 ** floor(log10(value)) if value >= 1 else 1
    return next(step * whole for step in (1, 2, 5, 10) if step * whole >= value)


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """Where values and moments stand in a box."""

    box: Box
    first: float
    last: float
    steps: int
    inset: float = 0.0

    def x(self, place: int) -> float:
        left, right = _LEFT + self.inset, self.box.end - self.inset
        return round(left + (right - left) * (place / (self.steps - 1) if self.steps > 1 else 1), 1)

    def y(self, value: float) -> float:
        share = (value - self.first) / (self.last - self.first)
        return round(self.box.floor - (self.box.floor - _TOP) * share, 1)


# ── Trend ─────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Sign:
    """A line from top to floor where something happened; its label stands above it."""

    x: float
    top: float
    floor: float
    text: str
    is_seam: bool


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A line for each unbroken run of values, a band for each unbroken run of intervals; nothing runs over a seam."""

    box: Box
    unit: str
    rules: Sequence[Word]
    lines: Sequence[str]
    bands: Sequence[str]
    marks: Sequence[Spot]
    last: Spot | None
    now: Word | None
    below: Sequence[Word]
    signs: Sequence[Sign]


def trends(series: Sequence[Labelled], unit: str, marks: Sequence[Marked] = ()) -> list[Trend]:
    """For each box; [] when fewer than two points have a value."""
    known = [point for point in series if point.value is not None]
    if len(known) < 2:  # noqa: PLR2004  (one point is no line)
        return []
    ends = [one for point in known for one in (point.value, point.low, point.high) if one is not None]
    lines = scale(min(ends), max(ends), unit)
    return [_trend(series, axis(unit, lines[-1]), box, lines, marks) for box in BOXES]


def _trend(
    series: Sequence[Labelled], said: Axis, box: Box, lines: tuple[float, float, float], happened: Sequence[Marked]
) -> Trend:
    seams = {mark.place for mark in happened if mark.is_seam}
    ground = _Ground(box=box, first=lines[0], last=lines[-1], steps=len(series))
    marks = [
        Spot(x=ground.x(place), y=ground.y(point.value))
        for place, point in enumerate(series)
        if point.value is not None
    ]
    last = marks[-1]
    final = next(point.value for point in reversed(series) if point.value is not None)
    return Trend(
        box=box,
        unit=said.unit,
        rules=[Word(x=_LEFT - 8, y=ground.y(line), text=said.number(line)) for line in lines],
        lines=_lines(series, ground, seams),
        bands=_bands(series, ground, seams),
        marks=marks[:-1],
        last=last,
        now=Word(x=last.x + 9, y=last.y + 4.5, text=said.number(final)),
        below=_below([point.label for point in series], ground),
        signs=[_sign(mark, ground) for mark in happened if 0 <= mark.place < len(series)],
    )


def _sign(mark: Marked, ground: _Ground) -> Sign:
    """A seam stands between two points, all else at its own."""
    x = ground.x(mark.place)
    if mark.is_seam and mark.place:
        x = round((x + ground.x(mark.place - 1)) / 2, 1)
    return Sign(x=x, top=_TOP - 4, floor=ground.box.floor, text=mark.label, is_seam=mark.is_seam)


def _runs(are_known: Sequence[bool], seams: Collection[int]) -> list[range]:
    """Places of each unbroken run of two or more."""
    edges = [
        place
        for place in range(len(are_known))
        if are_known[place] and (not place or place in seams or not are_known[place - 1])
    ]
    runs = []
    for start in edges:
        end = start + 1
        while end < len(are_known) and are_known[end] and end not in seams:
            end += 1
        if end - start > 1:
            runs.append(range(start, end))
    return runs


def _lines(series: Sequence[Labelled], ground: _Ground, seams: Collection[int]) -> list[str]:
    runs = _runs([point.value is not None for point in series], seams)
    return [" ".join(f"{ground.x(place)},{ground.y(series[place].value or 0)}" for place in run) for run in runs]


def _bands(series: Sequence[Labelled], ground: _Ground, seams: Collection[int]) -> list[str]:
    runs = _runs([point.low is not None and point.high is not None for point in series], seams)
    return [
        " ".join(
            [f"{ground.x(place)},{ground.y(series[place].high or 0)}" for place in run]
            + [f"{ground.x(place)},{ground.y(series[place].low or 0)}" for place in reversed(run)]
        )
        for run in runs
    ]


def _below(labels: Sequence[str], ground: _Ground) -> list[Word]:
    """As many as fit, the last one always."""
    every = ceil(len(labels) / ground.box.labels)
    return [
        Word(x=ground.x(place), y=ground.box.floor + 20, text=label)
        for place, label in enumerate(labels)
        if (len(labels) - 1 - place) % every == 0
    ]


# ── Columns ───────────────────────────────────────────────────────────────────────────────
class Column(Protocol):
    """One column of a chart: its label and its parts from below, each under the same name as in the legend."""

    @property
    def label(self) -> str: ...
    @property
    def parts(self) -> Sequence[int]: ...


@dataclass(frozen=True, kw_only=True)
class Block:
    """``place``: of its part in the legend, from 0; it gets the part's colour and decal."""

    x: float
    y: float
    width: float
    height: float
    place: int


@dataclass(frozen=True, kw_only=True)
class Columns:
    box: Box
    rules: Sequence[Word]
    blocks: Sequence[Block]
    sums: Sequence[Word]
    below: Sequence[Word]


def stacks(columns: Sequence[Column]) -> list[Columns]:
    """For each box; [] when there is nothing in any column."""
    most = max((sum(column.parts) for column in columns), default=0)
    return [_stack(columns, box, scale(0, most, "count")) for box in BOXES] if most else []


def _stack(columns: Sequence[Column], box: Box, lines: tuple[float, float, float]) -> Columns:
    room = (box.end - _LEFT) / len(columns)
    width = round(min(room * 0.7, 34), 1)
    ground = _Ground(box=box, first=0, last=lines[-1], steps=len(columns), inset=room / 2)
    return Columns(
        box=box,
        rules=[Word(x=_LEFT - 8, y=ground.y(line), text=axis("count", lines[-1]).number(line)) for line in lines],
        blocks=[block for place, column in enumerate(columns) for block in _blocks(column, ground, place, width)],
        sums=_sums(columns, ground) if len(columns) <= box.labels else [],
        below=_below([column.label for column in columns], ground),
    )


def _sums(columns: Sequence[Column], ground: _Ground) -> list[Word]:
    totals = [(place, sum(column.parts)) for place, column in enumerate(columns)]
    return [Word(x=ground.x(place), y=ground.y(total) - 5, text=str(total)) for place, total in totals if total]


def _blocks(column: Column, ground: _Ground, place: int, width: float) -> list[Block]:
    found, heights = [], [0]
    for part in column.parts:
        heights.append(heights[-1] + part)
    for part, (below, above) in enumerate(pairwise(heights)):
        if above > below:
            top, bottom = ground.y(above), ground.y(below)
            found.append(
                Block(
                    x=round(ground.x(place) - width / 2, 1),
                    y=top,
                    width=width,
                    height=round(max(bottom - top, 1), 1),
                    place=part,
                )
            )
    return found


# ── Bar with its interval ─────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Bar:
    """From the true zero to the value, with a whisker from ``low`` to ``high``; hundredths of the whole, from 2."""

    width: float
    low: float | None
    high: float | None


def bar(value: float, low: float | None, high: float | None, *, whole: float) -> Bar:
    """``whole``: what the full length stands for; what is longer ends there."""

    def along(one: float) -> float:
        return round(196 * min(max(one / whole, 0), 1), 1)

    has_both = low is not None and high is not None
    return Bar(
        width=along(value),
        low=2 + along(low or 0) if has_both else None,
        high=2 + along(high or 0) if has_both else None,
    )
