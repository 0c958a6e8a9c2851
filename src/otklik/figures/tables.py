"""The same figures as tables, to be looked at and taken out as files."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.cases.models import titled
from otklik.figures.asked import Asked, Measure, Time
from otklik.figures.counting import Fact
from otklik.figures.naming import MEASURES
from otklik.figures.telling import Part, Percentile
from otklik.foundation.figures import Unit
from otklik.foundation.figures.tables import MOST_ROWS, Cell, Column, Kind, Table

_KINDS: Final = {Unit.SHARE: Kind.SHARE, Unit.SPAN: Kind.SPAN}
HALVES: Final = {
    50: gettext_lazy("Half are faster than"),
    90: gettext_lazy("Nine of ten are faster than"),
    95: gettext_lazy("Nineteen of twenty are faster than"),
}
TIMES: Final = {
    Time.CALENDAR: gettext_lazy("The customer's time"),
    Time.WORKING: gettext_lazy("Working time"),
}


def file_name(asked: Asked, what: str) -> str:
    """Stable, of letters and hyphens."""
    return f"{asked.measure}-{what}".replace("_", "-")


def table_of_parts(asked: Asked, parts: Sequence[Part], *, what: str, heading: str) -> Table:
    """Groups, or pieces of time, each with its interval and with what it stands on."""
    unit = parts[0].figure.unit if parts else Unit.COUNT
    kind = _KINDS.get(unit, Kind.NUMBER)
    name = str(MEASURES[asked.measure])
    columns = (
        Column(label=heading, kind=Kind.DAY if what == "series" else Kind.TEXT),
        Column(label=name, kind=kind),
        Column(label=_("At least"), kind=kind),
        Column(label=_("At most"), kind=kind),
        Column(label=_("Counted"), kind=Kind.NUMBER),
        Column(label=_("Still waiting"), kind=Kind.NUMBER),
        Column(label=_("Not counted"), kind=Kind.NUMBER),
    )
    return Table(name=file_name(asked, what), title=name, columns=columns, rows=[_row(part) for part in parts])


def _row(part: Part) -> list[Cell]:
    figure = part.figure
    beginning: Cell = part.day or part.label
    return [beginning, figure.value, figure.low, figure.high, figure.n, figure.unfinished, figure.left_out]


def table_of_percentiles(asked: Asked, told: Iterable[Percentile]) -> Table:
    """Of a span: three percentiles in both times."""
    columns = (
        Column(label=_("Percentile")),
        Column(label=_("Time")),
        Column(label=str(MEASURES[asked.measure]), kind=Kind.SPAN),
        Column(label=_("At least"), kind=Kind.SPAN),
        Column(label=_("At most"), kind=Kind.SPAN),
        Column(label=_("Counted"), kind=Kind.NUMBER),
    )
    rows: list[list[Cell]] = [
        [
            f"P{one.percentile} ≥" if one.figure.is_at_least else f"P{one.percentile}",
            str(TIMES[one.time]), one.figure.value, one.figure.low, one.figure.high, one.figure.n,
        ]
        for one in told
    ]  # fmt: skip
    title = str(MEASURES[asked.measure])
    return Table(name=file_name(asked, "percentiles"), title=title, columns=columns, rows=rows)


# ── Case by case ──────────────────────────────────────────────────────────────────────────
_VERDICTS: Final = {
    0: gettext_lazy("no"),
    1: gettext_lazy("yes"),
    2: gettext_lazy("still waits"),
}


def table_of_facts(asked: Asked, facts: Sequence[Fact], *, address: str, now: float) -> Table:
    """What a number stands on; ``address`` of a case, with ``{}`` for its number."""
    told = [_waited, _scored, _said]
    tell = told[0] if asked.measure.is_span else told[1] if asked.measure is Measure.EFFORT else told[2]
    heading, kind = (
        (_("Waited so far"), Kind.SPAN)
        if asked.measure.is_span
        else (str(MEASURES[asked.measure]), Kind.NUMBER if asked.measure is Measure.EFFORT else Kind.TEXT)
    )
    columns = (
        Column(label=_("Case"), kind=Kind.NUMBER, link=address),
        Column(label=_("Subject")),
        Column(label=_("Owner")),
        Column(label=_("When"), kind=Kind.MOMENT),
        Column(label=_("Ended"), kind=Kind.MOMENT),
        Column(label=heading, kind=kind),
    )
    rows: list[list[Cell]] = [
        [one.case_id, titled(one.subject), one.owner, one.at, one.ended, tell(one, now)] for one in facts[:MOST_ROWS]
    ]
    title = _("%(figure)s, case by case") % {"figure": MEASURES[asked.measure]}
    return Table(name=file_name(asked, "cases"), title=title, columns=columns, rows=rows, is_cut=len(facts) > MOST_ROWS)


def _waited(one: Fact, now: float) -> Cell:
    return round(max(0.0, (one.ended.timestamp() if one.ended else now) - one.at.timestamp()))


def _scored(one: Fact, _now: float) -> Cell:
    return one.score


def _said(one: Fact, _now: float) -> Cell:
    return str(_VERDICTS[one.verdict])
