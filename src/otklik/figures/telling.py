"""From what was counted to figures in the one shape: the whole, its series, and how groups differ from the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from otklik.figures.asked import PERCENTILES, Asked, By, Measure, Time, pieces, sees_colleagues
from otklik.figures.counting import Counted, Tally
from otklik.figures.naming import names_of, piece
from otklik.foundation import figures
from otklik.foundation.actors import Actor
from otklik.foundation.figures import Figure, Unit, ces, share

MOST_GROUPS: Final = 50
"""More groups than this are not told one by one."""
EASIEST: Final = 7
_COUNTS: Final = {
    Measure.FIRST_ANSWER: figures.Counted.CASES,
    Measure.NEXT_WORD: figures.Counted.WAITS,
    Measure.SOLUTION: figures.Counted.CASES,
    Measure.PROMISES_KEPT: figures.Counted.PROMISES,
    Measure.UNCONFIRMED: figures.Counted.CASES,
    Measure.REOPENED: figures.Counted.CASES,
    Measure.STANDARDS_KEPT: figures.Counted.CASES,
    Measure.TOLD_AGAIN: figures.Counted.CASES,
    Measure.GESTURES: figures.Counted.CASES,
    Measure.REFUSALS: figures.Counted.CASES,
}
type AddressOf = Callable[[Asked], str]
"""Where the rows behind a figure are."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One group, or one piece of time that begins with ``day``."""

    key: str
    label: str
    figure: Figure
    tally: Tally
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """``hidden``: so many groups are in the whole, and not told one by one."""

    whole: Figure
    parts: Sequence[Part]
    hidden: int = 0


def figure_of(asked: Asked, found: Counted, tally: Tally, *, rows_url: str = "") -> Figure:
    """One tally of what was asked for, in the one shape."""
    about: dict[str, Any] = {"counted": _COUNTS.get(asked.measure, figures.Counted.ANSWERS), "counted_at": found.now}
    about |= {"rows_url": rows_url if tally.n else ""}
    if asked.measure.is_span:
        return _span(asked, found, tally, about)
    if asked.measure is Measure.EFFORT:
        _easy, mean = ces(tally.scores, left_out=tally.left_out)
        return Figure.of(mean, unit=Unit.SCORE, top=EASIEST, **about)
    return Figure.of(share(tally.yes, tally.n, left_out=tally.left_out), unit=Unit.SHARE, **about)


def _span(asked: Asked, found: Counted, tally: Tally, about: dict[str, Any]) -> Figure:
    waits, at = found.waits(tally, asked.time), asked.percentile / 100
    said = waits.at(at)
    about |= {"left_out": tally.left_out, "unfinished": len(waits.unfinished), "is_at_least": waits.is_at_least(at)}
    return Figure.of(said, unit=Unit.SPAN, **about)


@dataclass(frozen=True, kw_only=True)
class Percentile:
    """One percentile of a span in one time."""

    percentile: int
    time: Time
    figure: Figure


def percentiles(asked: Asked, found: Counted) -> list[Percentile]:
    """P50, P90 and P95 of the whole, in the time the customer lived through and in working time."""
    return [
        Percentile(
            percentile=one, time=time, figure=figure_of(replace(asked, percentile=one, time=time), found, found.whole)
        )
        for time in Time
        for one in PERCENTILES
    ]


# ── Series ────────────────────────────────────────────────────────────────────────────────
def told(asked: Asked, found: Counted, *, actor: Actor, rows: AddressOf) -> Told:
    """The whole with its series: the groups where it is divided by something, else its pieces of time."""
    whole = figure_of(asked, found, found.whole, rows_url=rows(asked))
    if asked.by is None or asked.by.is_time:
        return Told(whole=whole, parts=in_time(asked, found, rows=rows))
    parts, hidden = in_groups(asked, found, asked.by, actor=actor, rows=rows)
    return Told(whole=whole, parts=parts, hidden=hidden)


def in_time(asked: Asked, found: Counted, *, rows: AddressOf) -> list[Part]:
    """Every piece that has begun, empty ones too."""
    parts = []
    for day in pieces(asked, now=found.now):
        tally = found.days.get(day, Tally())
        figure = figure_of(asked, found, tally, rows_url=rows(asked.on(day)))
        parts.append(Part(key=day.isoformat(), label=piece(day, asked.every), figure=figure, tally=tally, day=day))
    return parts


def in_groups(asked: Asked, found: Counted, by: By, *, actor: Actor, rows: AddressOf) -> tuple[list[Part], int]:
    """The largest groups first, people by their names: they are not ranked. And how many groups are not told.

    Who leads nobody is told of themselves only.
    """
    groups = found.groups
    if by is By.AGENT and not sees_colleagues(actor):
        shown = {key: tally for key, tally in groups.items() if key == str(actor.pk)}
    else:
        largest = sorted(groups, key=lambda key: (-groups[key].n, key))[:MOST_GROUPS]
        shown = {key: groups[key] for key in largest}
    names = names_of(by, list(shown))
    parts = [
        Part(
            key=key,
            label=names.get(key, key),
            figure=figure_of(asked, found, tally, rows_url=rows(asked.of(by, key))),
            tally=tally,
        )
        for key, tally in shown.items()
    ]
    if by is By.AGENT:
        parts.sort(key=lambda part: (part.label, part.key))
    return parts, len(groups) - len(parts)
