"""What a survey told as tables, for the page and as files."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.figures import Estimate
from otklik.foundation.figures.tables import Cell, Column, Kind, Table
from otklik.surveys.figures import Told
from otklik.surveys.labels import INSTRUMENTS
from otklik.surveys.queries import Drivers
from otklik.surveys.results import Row, Segment, Trend, text_of
from otklik.surveys.showing import Shown


def _numbers(*labels: str) -> list[Column]:
    return [Column(label=label, kind=Kind.NUMBER) for label in labels]


def _sure(found: Estimate) -> list[Cell]:
    return [_rounded(found.value), _rounded(found.low), _rounded(found.high), found.n]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def of_questions(told: Iterable[Told], language: str) -> Table:
    """Every question in each wording, with what is not counted; shares are 0..1, points -100..100."""
    columns = [
        Column(label=_("Question")), Column(label=_("Kind")), Column(label=_("Wording"), kind=Kind.NUMBER),
        Column(label=_("In")),
        *_numbers(_("Value"), _("From, 95 %"), _("To, 95 %"), _("Answers"), _("Mean")),
        *_numbers(_("Skipped"), _("Not shown"), _("Stopped before"), _("Withheld")),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        [
            text_of(one.question, one.part, language), str(INSTRUMENTS[one.question.instrument]), one.series,
            one.unit.value, *_sure(one.value), _rounded(one.mean.value) if one.mean else None,
            *(one.left.get(why, 0) for why in ("skipped", "not_shown", "not_reached", "withheld")),
        ]
        for one in told
    ]  # fmt: skip
    return Table(name="survey-questions", title=_("Questions"), columns=columns, rows=rows)


def of_options(shown: Iterable[Shown]) -> Table:
    """How many chose what."""
    columns = [
        Column(label=_("Question")), *_numbers(_("Wording")), Column(label=_("Answer")), *_numbers(_("How many")),
        Column(label=_("Share"), kind=Kind.SHARE),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        [one.text, one.wording, bar.text, bar.times, _rounded(bar.share)] for one in shown for bar in one.bars
    ]
    return Table(name="survey-answers", title=_("Answers"), columns=columns, rows=rows)


def of_words(words: Mapping[str, Sequence[str]], texts: Mapping[str, str]) -> Table:
    """The last words, as the page shows them."""
    columns = [Column(label=_("Question")), Column(label=_("Words"))]
    rows: list[Sequence[Cell]] = [[texts.get(key, key), one] for key, several in words.items() for one in several]
    return Table(name="survey-words", title=_("Words"), columns=columns, rows=rows)


def of_trend(found: Trend) -> Table:
    columns = [
        Column(label=_("From"), kind=Kind.DAY),
        *_numbers(_("Value"), _("From, 95 %"), _("To, 95 %"), _("Answers"), _("Wording")),
    ]
    rows: list[Sequence[Cell]] = [
        [timezone.localtime(edge).date(), *_sure(point), wording or None]
        for edge, point, wording in zip(found.edges, found.figure.series, found.wordings, strict=True)
    ]
    return Table(name="survey-trend", title=_("Over time"), columns=columns, rows=rows)


def of_segments(found: Iterable[Segment]) -> Table:
    columns = [
        Column(label=_("Segment")),
        *_numbers(_("Value"), _("From, 95 %"), _("To, 95 %"), _("Answers")),
        Column(label=_("What it means")),
    ]
    rows: list[Sequence[Cell]] = [
        [one.name or _("no place"), *_sure(one.figure), one.verdict.text if one.verdict else ""] for one in found
    ]
    return Table(name="survey-segments", title=_("Segments"), columns=columns, rows=rows)


def of_funnel(found: Iterable[Row]) -> Table:
    columns = [
        Column(label=_("How they were asked")), Column(label=_("Segment")),
        *_numbers(_("Invited"), _("Delivered"), _("Opened"), _("Began"), _("Finished")),
        Column(label=_("Share of answers"), kind=Kind.SHARE),
        *_numbers(_("From, 95 %"), _("To, 95 %")),
        Column(label=_("How it is counted")),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        [
            one.channel, _("all") if one.segment is None else one.segment or _("no place"),
            *(getattr(one.steps, name) for name in ("invited", "delivered", "opened", "started", "finished")),
            _rounded(one.rate.value), _rounded(one.rate.low), _rounded(one.rate.high), one.formula,
        ]
        for one in found
    ]  # fmt: skip
    return Table(name="survey-funnel", title=_("From the letter to the last page"), columns=columns, rows=rows)


def of_drivers(found: Drivers, language: str) -> Table:
    columns = [
        Column(label=_("Linked with")),
        *_numbers(_("Correlation"), _("From, 95 %"), _("To, 95 %"), _("Pairs of answers")),
    ]
    rows: list[Sequence[Cell]] = [
        [text_of(one.question, one.part, language), *_sure(one.r)] for one in found.found if one.r.value is not None
    ]
    return Table(name="survey-drivers", title=_("What goes with it"), columns=columns, rows=rows)
