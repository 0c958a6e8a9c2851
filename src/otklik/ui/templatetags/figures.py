"""Figures in templates: their words (``otklik.ui.figures``), their drawings (``otklik.ui.plots``), cells of tables."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.template.defaultfilters import date as date_filter
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from otklik.ui import figures, plots
from otklik.ui.figures import Labelled, Shown
from otklik.ui.templatetags.ui import when

register = template.Library()
register.filter("figure_value", figures.value)
register.filter("figure_reach", figures.reach)
register.filter("figure_caution", figures.caution)
register.filter("figure_aside", figures.aside)
register.filter("figure_age", figures.age)


@register.filter
def trends(figure: Shown) -> Sequence[plots.Trend]:
    """The drawings of its series, one for each width."""
    return plots.trends(figure.series, figure.unit, figure.marks)


@register.filter
def stacks(columns: Sequence[plots.Column]) -> Sequence[plots.Columns]:
    """The drawings of a chart of columns, one for each width."""
    return plots.stacks(columns)


@register.simple_tag
def figure_whole(name: str, figure: Shown) -> str:
    """Everything about it in one sentence."""
    return figures.whole(name, figure)


@register.simple_tag
def said_of(point: Labelled, unit: str) -> str:
    """``19 ноя: 86 %, от 83 до 88 %``: one point of a series in words."""
    if point.value is None:
        return f"{point.label}: {figures.NOTHING}"
    parts = [figures.number(point.value, unit, digits=figures.digits_of(point, unit)), figures.between(point, unit)]
    return f"{point.label}: {', '.join(part for part in parts if part)}"


_BAR = (
    '<svg class="bar-ci" viewBox="0 0 200 18" preserveAspectRatio="none" aria-hidden="true">'
    '<line class="axis" x1="2" x2="2" y1="1" y2="17"/>'
    '<rect class="{}" x="2" y="4" width="{}" height="10" rx="1.5"/>{}</svg>'
)
_WHISKER = '<path class="whisker" d="M{} 9H{}M{} 5.5v7M{} 5.5v7"/>'


@register.simple_tag
def bar(figure: Shown, whole: float = 1.0) -> SafeString:
    """A bar from the true zero with a whisker for the interval; an outline of dashes when it is too early to judge.

    ``whole``: what its full length stands for. Decorative: the number and its words stand beside it.
    """
    if figure.value is None:
        return mark_safe("")
    drawn = plots.bar(figure.value, figure.low, figure.high, whole=whole)
    ends = (drawn.low, drawn.high, drawn.low, drawn.high)
    whisker = mark_safe("") if drawn.low is None else format_html(_WHISKER, *map(str, ends))
    return format_html(_BAR, "b" if figure.n >= figure.enough else "few", str(drawn.width), whisker)


_MEASURED = '<span class="with-bar"{}>{}<b>{}</b><small>{}</small></span>'


@register.simple_tag
def measured(figure: Shown, whole: float = 1.0, *, tone: str = "") -> SafeString:
    """A figure in a cell: its bar, its number, where the true one may lie, of how many.

    ``whole`` 0: a narrow cell, without the bar and with the range only.
    """
    if not figure.n:
        nobody = gettext("no answers yet") if figure.counted == "answers" else figures.NOTHING
        return format_html('<span class="muted">{}</span>', nobody)
    said = [figures.reach(figure), *figures.aside(figure)] if whole else [figures.between(figure, figure.unit)]
    data_tone = format_html(' data-tone="{}"', tone) if tone else ""
    drawn = bar(figure, whole) if whole else mark_safe("")
    return format_html(_MEASURED, data_tone, drawn, figures.value(figure), ", ".join(said))


@register.simple_tag
def cell(value: Any, kind: str, link: str = "") -> str | SafeString:
    """What stands in a cell of a table, by the kind of its column; ``link``: an address with ``{}`` for the value."""
    if link and value is not None:
        return format_html('<a href="{}">{}</a>', link.format(value), value)
    if value is None or value == "":
        return figures.NOTHING
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return date_filter(value, "j E Y")
    if kind in {"share", "span"}:
        return figures.number(value, kind, digits=1 if kind == "share" else 0)
    return formats.number_format(value) if isinstance(value, float) else str(value)


@register.filter
def at(values: Sequence[Any], place: int) -> Any:
    """The value at a place; the row of a table asks its columns by it."""
    return values[place]
