"""How figures are said and drawn: an interval in words or an honest excuse, nothing by colour alone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from otklik.foundation.figures import Counted, Figure, Unit, Waits, mean, nps, share
from otklik.foundation.figures.tables import Column, Kind, Table
from otklik.ui import figures, plots
from otklik.ui.showcase_figures import Column as Stack
from otklik.ui.showcase_figures import Example, Point

HAPPY = Figure.of(share(81, 263, left_out=178), unit=Unit.SHARE, counted=Counted.ANSWERS)


@pytest.fixture(autouse=True)
def _russian() -> Iterator[None]:
    with translation.override("ru"):
        yield


def span(waits: Waits) -> Figure:
    return Figure.of(
        waits.at(0.5),
        unit=Unit.SPAN,
        counted=Counted.CASES,
        unfinished=len(waits.unfinished),
        is_at_least=waits.is_at_least(0.5),
    )


def render(source: str, **context: object) -> str:
    return Template("{% load figures %}" + source).render(Context(context))


# ── Words ─────────────────────────────────────────────────────────────────────────────────
def test_a_share_is_said_with_its_interval_and_its_answers() -> None:
    assert (figures.value(HAPPY), figures.reach(HAPPY)) == ("31 %", "от 26 до 37 %, 263 ответа")
    assert figures.aside(HAPPY) == ["промолчали: 178"]
    assert figures.caution(HAPPY) == ""
    with translation.override("en"):
        assert figures.reach(HAPPY) == "from 26 to 37 %, 263 answers"


@pytest.mark.parametrize(
    ("figure", "number", "words"),
    [
        (Figure.of(nps(162, 108, 54), unit=Unit.POINTS, counted=Counted.ANSWERS), "+33", "от +25 до +41, 324 ответа"),
        (Figure.of(nps(1, 1, 2), unit=Unit.POINTS, counted=Counted.ANSWERS), "−25", "от −73 до +44, 4 ответа"),
        (
            Figure.of(mean([5, 6, 6, 7]), unit=Unit.SCORE, counted=Counted.ANSWERS, top=7),
            "6,0 из 7", "от 4,7 до 7,3, 4 ответа",
        ),
        (span(Waits(finished=[60 * one for one in range(10, 31)])), "20 мин", "от 15 мин до 25 мин, 21 обращение"),
        (
            Figure.of(share(99_000, 100_000), unit=Unit.SHARE, counted=Counted.VISITS),
            "99,0 %", "от 98,9 до 99,1 %, 100 000 посещений",
        ),
    ],
)  # fmt: skip
def test_each_unit_has_its_words(figure: Figure, number: str, words: str) -> None:
    assert (figures.value(figure), figures.reach(figure).replace("\xa0", " ")) == (number, words)


def test_what_is_not_known_is_said_and_not_drawn_as_a_point() -> None:
    same = Figure.of(mean([5, 5, 5]), unit=Unit.SCORE, counted=Counted.ANSWERS, top=5)
    nobody = Figure.of(share(0, 0), unit=Unit.SHARE, counted=Counted.ANSWERS)
    waiting = span(Waits(finished=[60] * 6, unfinished=[7200.0] * 8))

    assert figures.reach(same) == "данных мало, точность неизвестна, 3 ответа"
    assert figures.caution(same) == "рано судить: 3 из 30"
    assert (figures.value(nobody), figures.reach(nobody), figures.caution(nobody)) == ("—", "пока никто не ответил", "")
    assert (figures.value(waiting), figures.reach(waiting)) == ("≥ 2 ч", "не меньше 1 мин, 14 обращений")
    assert figures.aside(waiting) == ["8 ещё ждут, и это учтено"]


def test_a_figure_says_how_old_it_is() -> None:
    at = timezone.localtime().replace(hour=14, minute=34)

    assert figures.age(HAPPY) == ""
    assert figures.age(replace(HAPPY, counted_at=at)) == "посчитано сегодня, 14:34"
    kept = replace(HAPPY, counted_at=at, kept_for=timedelta(minutes=10))
    assert figures.age(kept) == "посчитано сегодня, 14:34, обновляется раз в 10 минут"
    assert "раз в 10 минут" in render('{% cotton figure name="x" :figure="f" %}{% endcotton %}', f=kept)


def test_the_number_its_interval_and_a_caution_stand_in_the_page() -> None:
    few = Figure.of(share(7, 12), unit=Unit.SHARE, counted=Counted.ANSWERS, rows_url="/rows")

    html = render('{% cotton figure name="Довольны" :figure="f" %}{% endcotton %}', f=few)

    assert "<dd>58 %</dd>" in re.sub(r"\s*\n\s*", "", html)
    assert '<a href="/rows">от 32 до 81 %, 12 ответов</a>' in html
    assert "рано судить: 12 из 30" in html


# ── Drawings ──────────────────────────────────────────────────────────────────────────────
def test_a_trend_is_drawn_for_both_widths_with_its_band_and_its_holes() -> None:
    values = (0.8, 0.82, None, 0.7, 0.75)
    series = [
        Point(label=str(day), value=one, low=one and one - 0.1, high=one and one + 0.1)
        for day, one in enumerate(values)
    ]
    figure = Example(value=0.8, n=100, low=0.7, high=0.9, series=series)

    wide, slim = plots.trends(series, "share")
    html = render('{% cotton trend name="Довольны" caption="c" :figure="f" %}{% endcotton %}', f=figure)

    assert (wide.box.name, slim.box.name) == ("at-wide", "at-slim")
    assert (len(wide.lines), len(wide.bands), len(wide.marks)) == (2, 2, 3)
    assert [rule.text for rule in wide.rules] == ["60", "80", "100"]
    assert html.count("<svg") == 2
    assert "Довольны: 80 %, от 70 до 90 %, 100 ответов" in html
    assert "3: 70 %, от 60 до 80 %" in html
    assert not re.search(r'(?:x|y|cx|cy|x1|y1)="[^"]*,', html), "a comma in a number draws nothing"


def test_one_day_is_no_line() -> None:
    assert plots.trends([Point(label="1", value=0.5)], "share") == []
    assert "Слишком мало дней" in render(
        '{% cotton trend name="x" caption="c" :figure="f" %}{% endcotton %}', f=Example(value=None, n=0)
    )


@pytest.mark.parametrize(
    ("low", "high", "unit", "lines"),
    [
        (0.71, 0.95, "share", (0.6, 0.8, 1.0)), (1.0, 1.0, "share", (0.8, 0.9, 1.0)), (0, 0, "share", (0, 0.1, 0.2)),
        (5.2, 6.1, "score", (5, 6, 7)), (-12, 31, "points", (-20, 10, 40)), (60, 2400, "span", (0, 1800, 3600)),
        (0, 13, "count", (0, 10, 20)), (0, 2, "count", (0, 1, 2)), (5, 900_000, "span", (0, 518_400, 1_036_800)),
    ],
)  # fmt: skip
def test_scales_are_round(low: float, high: float, unit: str, lines: tuple[float, float, float]) -> None:
    assert plots.scale(low, high, unit) == pytest.approx(lines)


@given(st.lists(st.floats(0, 1) | st.none(), min_size=2, max_size=60), st.sampled_from(["share", "span", "count"]))
def test_nothing_is_drawn_outside_of_its_box(values: list[float | None], unit: str) -> None:
    factor = 1 if unit == "share" else 100_000
    series = [Point(label=str(place), value=one if one is None else one * factor) for place, one in enumerate(values)]

    for trend in plots.trends(series, unit):
        spots = [*trend.marks, trend.last]
        assert all(spot and 44 <= spot.x <= trend.box.end for spot in spots)
        assert all(spot and 17 <= spot.y <= trend.box.floor + 1 for spot in spots)
        assert len(trend.below) <= trend.box.labels


def test_columns_have_a_decal_for_each_part_and_their_sums() -> None:
    columns = [Stack(label="1", parts=(3, 1, 0)), Stack(label="2", parts=(0, 0, 2)), Stack(label="3", parts=(0, 0, 0))]
    legend = [{"name": name, "tone": "plain"} for name in ("Да", "Молчат", "Нет")]

    wide, _slim = plots.stacks(columns)
    html = render('{% cotton columns id="x" label="l" :columns="c" :legend="g" %}{% endcotton %}', c=columns, g=legend)

    assert [(block.place, block.height) for block in wide.blocks] == [(0, 111.0), (1, 37.0), (2, 74.0)]
    assert [word.text for word in wide.sums] == ["4", "2"]
    assert len(set(re.findall(r'fill="(url\(#x-\d\))"', html))) == html.count("<pattern") == 3
    assert plots.stacks([Stack(label="1", parts=(0, 0, 0))]) == []


def test_a_bar_begins_at_nought_and_too_few_are_dashes() -> None:
    many = render("{% measured f tone='satisfied' %}", f=HAPPY)
    few = render("{% measured f %}", f=Figure.of(share(1, 2), unit=Unit.SHARE, counted=Counted.ANSWERS))
    narrow = render("{% measured f 0 %}", f=HAPPY)
    none = render("{% measured f %}", f=Figure.of(share(0, 0), unit=Unit.SHARE, counted=Counted.ANSWERS))

    assert '<rect class="b" x="2" y="4" width="60.4"' in many
    assert 'class="few"' in few
    assert narrow == '<span class="with-bar"><b>31 %</b><small>от 26 до 37 %</small></span>'
    assert none == '<span class="muted">ответов пока нет</span>'
    assert "<b>31 %</b><small>от 26 до 37 %, 263 ответа, промолчали: 178</small>" in many


# ── Tables ────────────────────────────────────────────────────────────────────────────────
def test_cells_are_said_by_their_kind_and_the_table_can_be_taken_out() -> None:
    columns = [Column(label="Кто"), *(Column(label=kind, kind=kind) for kind in Kind if kind is not Kind.TEXT)]
    row = ["<b>", 1245, 0.914, 5400, datetime(2025, 11, 19, 11, 34, tzinfo=UTC), datetime(2026, 11, 19).date()]  # noqa: DTZ001
    table = Table(name="t", title="Люди", columns=columns, rows=[row, [None] * 6])

    with timezone.override("Europe/Moscow"):
        html = render('{% cotton rows :table="t" url="/out" %}{% endcotton %}', t=table)

    cells = re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", html.partition("<tbody>")[2])
    assert [re.sub(r"<[^b][^>]*>", "", cell).replace("\xa0", " ") for cell in cells] == [
        "&lt;b&gt;", "1245", "91,4 %", "1 ч 30 мин", "19 ноя 2025, 14:34", "19 ноября 2026", *["—"] * 6,
    ]  # fmt: skip
    assert '<form method="post" action="/out"' in html
    assert "<form" not in render('{% cotton rows :table="t" %}{% endcotton %}', t=table)


def test_a_span_that_is_short_for_its_axis_is_not_called_none() -> None:
    days = figures.axis("span", 4 * 86_400)

    assert [days.number(seconds) for seconds in (0, 2700, 86_400)] == ["0", "<0,1", "1"]
