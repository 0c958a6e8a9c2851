"""The figures of the team as tables."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from otklik.cases.figures.team import Day
from otklik.foundation.figures import Figure, Unit
from otklik.foundation.figures.tables import Column, Kind, Table

_KINDS = {Unit.SHARE: Kind.SHARE, Unit.SPAN: Kind.SPAN}


def table_of_days(figure: Figure, days: Sequence[date], *, name: str, title: str) -> Table:
    """A figure's series: the value of each day, where the true one may lie, and on how many it stands."""
    kind = _KINDS.get(figure.unit, Kind.NUMBER)
    columns = (
        Column(label=_("Day"), kind=Kind.DAY),
        Column(label=title, kind=kind),
        Column(label=_("At least"), kind=kind),
        Column(label=_("At most"), kind=kind),
        Column(label=_("Counted"), kind=Kind.NUMBER),
    )
    rows = [[day, point.value, point.low, point.high, point.n] for day, point in zip(days, figure.series, strict=True)]
    return Table(name=name, title=title, columns=columns, rows=rows)


def table_of_outcomes(days: Sequence[Day], *, name: str) -> Table:
    """How many cases ended in which way on each day."""
    columns = (
        Column(label=_("Day"), kind=Kind.DAY),
        Column(label=_("Satisfied"), kind=Kind.NUMBER),
        Column(label=_("Unconfirmed"), kind=Kind.NUMBER),
        Column(label=_("Came back"), kind=Kind.NUMBER),
    )
    return Table(name=name, title=_("How cases ended"), columns=columns, rows=[[day.day, *day.parts] for day in days])
