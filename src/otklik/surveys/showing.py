"""What a survey told, as the desk shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from otklik.foundation.figures import Counted, Figure, Unit
from otklik.surveys.comparing import Verdict, compared
from otklik.surveys.definition import said
from otklik.surveys.figures import Told
from otklik.surveys.labels import INSTRUMENTS, RESULTS


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How many of those who answered chose this. ``share`` is 0..1."""

    text: str
    times: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One question in one wording."""

    key: str
    text: str
    kind: str | Promise
    result: str | Promise
    wording: int
    figure: Figure | None
    mean: Figure | None
    n: int
    bars: list[Bar]
    left: list[tuple[str, int]]
    is_withheld: bool
    words: list[str]
    verdict: Verdict | None = None


def rows_of(told: Told, language: str, words: Mapping[str, list[str]], then: Told | None = None) -> Shown:
    """``then``: the same question in another time or segment, to compare with."""
    question = told.question
    row = next((one for one in question.rows if one.id == told.part), None)
    text = said(question.text, language)
    return Shown(
        key=question.key,
        text=f"{text}: {said(row.text, language)}" if row else text,
        kind=INSTRUMENTS[question.instrument],
        result=RESULTS.get(question.instrument, _("Mean")),
        wording=told.series,
        figure=None if told.unit == Unit.COUNT else told.figure(),
        verdict=compared(then, told),
        mean=_mean(told),
        n=told.value.n,
        bars=_bars(told, language),
        left=_left(told),
        is_withheld=told.is_withheld,
        words=words.get(question.key, []) if question.instrument == "text" else [],
    )


def _mean(told: Told) -> Figure | None:
    if told.mean is None:
        return None
    return Figure.of(told.mean, unit=Unit.SCORE, counted=Counted.ANSWERS, top=told.question.range[1])


def _bars(told: Told, language: str) -> list[Bar]:
    n = told.value.n
    texts = {one.id: said(one.text, language) for one in told.question.options}
    chosen = [
        Bar(text=texts[one], times=round((found.value or 0) * n), share=found.value or 0)
        for one, found in told.options.items()
    ]
    given = [Bar(text=str(number), times=times, share=times / n if n else 0) for number, times in told.spread.items()]
    return chosen or given


def _left(told: Told) -> list[tuple[str, int]]:
    words = {
        "skipped": _("skipped it"),
        "not_shown": _("were not shown it"),
        "not_reached": _("stopped before"),
        "withheld": _("are fewer than five and not shown"),
    }
    return [(words[why], count) for why, count in told.left.items() if count]
