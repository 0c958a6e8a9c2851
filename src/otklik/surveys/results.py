"""What a survey told, put together for one reader: over time, by segment, from the letter to the last page.

Nothing here asks the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.foundation.figures import (
    ENOUGH,
    Counted,
    Estimate,
    Figure,
    Mark,
    Point,
    Unit,
    mean_sample,
    nps_sample,
    response_rate,
    share_sample,
)
from otklik.surveys.comparing import Verdict, against_the_rest
from otklik.surveys.definition import SCORES, Definition, Instrument, Question, said
from otklik.surveys.figures import Told, of_nps, tell
from otklik.surveys.labels import CHANNELS
from otklik.surveys.queries import Steps, of_channel, parts_of

PERIODS: Final = (30, 90, 365)
_PIECE: Final = {30: 5, 90: 7, 365: 30}
"""Days in one point of a trend, by the days that are looked at."""
MOST_SEGMENTS: Final = 30


# ── What can be looked at more closely ────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Looked:
    """One question, or one row of a matrix; ``key`` stands in the address."""

    question: Question
    part: str
    text: str

    @property
    def key(self) -> str:
        return f"{self.question.key}.{self.part}" if self.part else self.question.key


def looked_at(survey: Definition, language: str) -> list[Looked]:
    """All that has a figure of its own, in the order in which it is asked."""
    wanted = SCORES | {Instrument.MATRIX, Instrument.CONSENT}
    return [
        Looked(question=one, part=part, text=text_of(one, part, language))
        for one in survey.questions
        if one.instrument in wanted
        for part in parts_of(one)
    ]


def text_of(question: Question, part: str, language: str) -> str:
    row = next((one for one in question.rows if one.id == part), None)
    text = said(question.text, language)
    return f"{text}: {said(row.text, language)}" if row else text


# ── Over time ─────────────────────────────────────────────────────────────────────────────
def edges_of(days: int, until: datetime) -> list[datetime]:
    """Where the points of a trend begin, as a day (UTC) does; the last one ends with the day of ``until``."""
    piece = _PIECE[days]
    count = -(-days // piece)
    end = datetime.combine(until.astimezone(UTC).date() + timedelta(days=1), time.min, tzinfo=UTC)
    return [end - timedelta(days=piece * (count - place)) for place in range(count)]


@dataclass(frozen=True, kw_only=True)
class Trend:
    """``figure``: the whole with its series and marks; ``wordings``: of each point, 0 where nobody answered."""

    figure: Figure
    edges: Sequence[datetime]
    wordings: Sequence[int]


def trend(
    now: Told, pieces: Sequence[Sequence[Told]], edges: Sequence[datetime], notes: Iterable[tuple[date, str]]
) -> Trend:
    """Points by the wording that most answered then; a seam where that changes, a mark where the house wrote one.

    What was asked by another instrument or on another scale before stands on no axis of this one, and is left out.
    """
    points, wordings = [], []
    for edge, several in zip(edges, pieces, strict=True):
        fits = [one for one in several if _is_of_one_axis(one, now) and one.value.n]
        most = max(fits, key=lambda one: one.value.n, default=None)
        found = most.value if most else Estimate(value=None, n=0)
        points.append(Point(label=_day(edge), value=found.value, n=found.n, low=found.low, high=found.high))
        wordings.append(most.series if most else 0)
    marks = [*_seams(wordings), *_notes(edges, notes)]
    return Trend(figure=replace(now.figure(), series=points, marks=marks), edges=edges, wordings=wordings)


def _is_of_one_axis(one: Told, other: Told) -> bool:
    return one.question.instrument == other.question.instrument and one.question.range == other.question.range


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), pgettext("format of a day", "j M"))


def _seams(wordings: Sequence[int]) -> list[Mark]:
    found: list[Mark] = []
    before = 0
    for place, wording in enumerate(wordings):
        if before and wording and wording != before:
            text = _("New words: another series begins (wording %(number)d)") % {"number": wording}
            found.append(Mark(place=place, label=chr(ord("A") + len(found) % 26), text=text, is_seam=True))
        before = wording or before
    return found


def _notes(edges: Sequence[datetime], notes: Iterable[tuple[date, str]]) -> list[Mark]:
    found: list[Mark] = []
    days = [timezone.localtime(edge).date() for edge in edges]
    for day, text in sorted(notes):
        place = sum(edge <= day for edge in days) - 1
        if place >= 0:
            said_so = f"{date_format(day, 'j E')}: {text}"
            found.append(Mark(place=place, label=str(len(found) + 1), text=said_so))
    return found


# ── By segment ────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Segment:
    """``name`` '' for answers that came from no place in particular."""

    name: str
    figure: Figure
    verdict: Verdict | None


def segments(found: Mapping[str, Told]) -> list[Segment]:
    """The largest first, each against all others together. [] when there is but one."""
    if len(found) < 2:  # noqa: PLR2004  (one is the whole)
        return []
    largest = sorted(found, key=lambda name: (-found[name].value.n, name))[:MOST_SEGMENTS]
    return [
        Segment(name=name, figure=found[name].figure(), verdict=against_the_rest(found[name], _rest(found, name)))
        for name in largest
    ]


def _rest(found: Mapping[str, Told], name: str) -> Told:
    """All other segments as one."""
    others = [told for key, told in found.items() if key != name]
    counts: dict[int, int] = {}
    for told in others:
        for number, times in told.counts.items():
            counts[number] = counts.get(number, 0) + times
    return replace(others[0], counts=counts, value=Estimate(value=0.0, n=sum(told.value.n for told in others)))


# ── From the letter to the last page ──────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Row:
    """One channel (``segment`` None) or one segment of it; ``formula`` says how the rate comes about, in numbers.

    ``code``: of the channel.
    """

    code: str
    channel: str
    segment: str | None
    steps: Steps
    rate: Figure
    formula: str


def rows_of_funnel(found: Mapping[tuple[str, str], Steps]) -> list[Row]:
    """Each channel, the one with most people first, and below it its segments where there are several."""
    rows: list[Row] = []
    channels = {channel: of_channel(found, channel) for channel, _segment in found}
    for channel in sorted(channels, key=lambda one: (-(channels[one].invited or channels[one].started), one)):
        rows.append(_row(channel, None, channels[channel]))
        names = sorted(segment for of, segment in found if of == channel)
        if len(names) > 1:
            rows += [_row(channel, name, found[channel, name]) for name in names]
    return rows


def _row(channel: str, segment: str | None, steps: Steps) -> Row:
    rate, formula = _rate(steps)
    figure = Figure.of(rate, unit=Unit.SHARE, counted=Counted.ANSWERS)
    return Row(
        code=channel,
        channel=str(CHANNELS.get(channel, channel)),
        segment=segment,
        steps=steps,
        rate=figure,
        formula=formula,
    )


def _rate(steps: Steps) -> tuple[Estimate, str]:
    """Of those who were invited: finished among those whom the letter reached; of all others among those who began."""
    if steps.invited is None:
        formula = _("%(finished)d finished ÷ %(started)d began")
        return response_rate(steps.finished, steps.started), formula % vars(steps)
    lost = steps.invited - (steps.delivered or 0)
    formula = _("%(finished)d finished ÷ (%(invited)d invited − %(lost)d not delivered)")
    rate = response_rate(steps.finished, steps.invited, bounced=lost)
    return rate, formula % {"finished": steps.finished, "invited": steps.invited, "lost": lost}


# ── How many answers are needed ───────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Needed:
    """So many answers for ``within`` either way, in the unit of the figure (points of percent for a share)."""

    within: float
    answers: int
    missing: int


def needed(now: Told, within: Sequence[float] = ()) -> list[Needed]:
    """By the spread of the answers so far, where there are thirty; else by the worst there can be."""
    wanted = within or {Unit.SHARE: (10, 5, 3), Unit.POINTS: (10, 5, 3)}.get(now.unit, (0.5, 0.2, 0.1))
    rows = [(one, _sample(now, one)) for one in wanted]
    return [Needed(within=one, answers=count, missing=max(0, count - now.value.n)) for one, count in rows]


def _sample(now: Told, within: float) -> int:
    n = sum(now.counts.values())
    is_known = n >= ENOUGH
    if now.unit == Unit.SHARE:
        return share_sample(within / 100, expected=(now.value.value or 0.5) if is_known else 0.5)
    if now.unit == Unit.POINTS:
        return nps_sample(within, variance=_variance_of_nps(now) if is_known else 1.0)
    least, most = min(now.counts, default=now.question.range[0]), max(now.counts, default=now.question.range[1])
    deviation = _variance(now.counts) ** 0.5 if is_known else (most - least) / 2
    return mean_sample(within, deviation=deviation or 0.5)


def _variance_of_nps(now: Told) -> float:
    promoters, passives, detractors = of_nps(now.counts)
    return _variance({1: promoters, 0: passives, -1: detractors}) or 1.0


def _variance(counts: Mapping[int, int]) -> float:
    n = sum(counts.values())
    middle = sum(number * times for number, times in counts.items()) / n
    return sum(times * (number - middle) ** 2 for number, times in counts.items()) / n


def nothing_of(question: Question, part: str) -> Told:
    """What is told of a question that nobody has answered."""
    return tell(question, series=0, part=part, numbers={}, options={}, n=0, left={})
