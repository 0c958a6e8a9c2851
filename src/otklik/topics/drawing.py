"""A u-chart worked out on the server, for a wide and for a narrow box: where each week, limit and signal stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.translation import pgettext

from otklik.topics.charting import A_WEEK, Judged

_LEFT, _TOP, _BOTTOM = 34, 26, 26
_BOXES: Final = (("at-wide", 640, 210, 12), ("at-slim", 320, 190, 5))
_STEPS: Final = (1, 2, 5, 10, 20, 50)
_RULES: Final = 3
_SIGN: Final = 6


@dataclass(frozen=True, kw_only=True)
class Mark:
    x: float
    y: float
    text: str = ""
    is_signal: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Lengths are pixels of the view box. ``limit`` is a path of steps, ``line`` the points of the rate."""

    name: str
    width: int
    height: int
    end: int
    rules: Sequence[Mark]
    limit: str
    mean: float | None
    line: str
    marks: Sequence[Mark]
    flag: float | None
    below: Sequence[Mark]


def charts(weeks: Sequence[Judged], *, flag: date | None = None) -> list[Chart]:
    """``flag``: the day of the fix. [] when fewer than two weeks are known."""
    known = [one for one in weeks if one.rate is not None]
    if len(known) < 2:  # noqa: PLR2004  (one point is no line)
        return []
    most = max(max(one.rate or 0, one.limit or 0) for one in known)
    step = next((one for one in _STEPS if one * _RULES >= most), ceil(most / _RULES))
    return [_chart(weeks, name, (width, height), labels, step, flag) for name, width, height, labels in _BOXES]


def _chart(
    weeks: Sequence[Judged], name: str, size: tuple[int, int], labels: int, step: float, flag: date | None
) -> Chart:
    width, height = size
    end, floor = width - 10, height - _BOTTOM
    room = (end - _LEFT) / len(weeks)

    def x(place: float) -> float:
        return round(_LEFT + room * (place + 0.5), 1)

    def y(value: float) -> float:
        return round(floor - (floor - _TOP) * value / (step * _RULES), 1)

    spots = [(place, one) for place, one in enumerate(weeks) if one.rate is not None]
    every = ceil(len(weeks) / labels)
    means = [one.mean for one in weeks if one.mean is not None]
    return Chart(
        name=name,
        width=width,
        height=height,
        end=end,
        rules=[Mark(x=_LEFT - 8, y=y(step * line), text=number_format(step * line)) for line in range(_RULES + 1)],
        limit="".join(
            f"M{x(place - 0.5)} {y(one.limit)}H{x(place + 0.5)}" for place, one in spots if one.limit is not None
        ),
        mean=y(means[-1]) if means else None,
        line=" ".join(f"{x(place)},{y(one.rate or 0)}" for place, one in spots),
        marks=[Mark(x=x(place), y=y(one.rate or 0), is_signal=one.is_signal) for place, one in spots],
        flag=_place_of(weeks, flag, x),
        below=[
            Mark(x=x(place), y=height - 6, text=date_format(one.week.begins, pgettext("format of a day", "j M")))
            for place, one in enumerate(weeks)
            if (len(weeks) - 1 - place) % every == 0
        ],
    )


def _place_of(weeks: Sequence[Judged], flag: date | None, x: object) -> float | None:
    """Where the day stands between the weeks; None when it lies outside of them."""
    if flag is None or not callable(x) or not weeks[0].week.begins <= flag < weeks[-1].week.begins + A_WEEK:
        return None
    found = x((flag - weeks[0].week.begins).days / 7 - 0.5)
    return float(found)
