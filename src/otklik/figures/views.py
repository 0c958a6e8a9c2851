"""The page of figures: all of them in short, one at length, compared; and the cases that each stands on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.figures.asked import Asked, By, Measure, asked_of, measures
from otklik.figures.comparing import Verdict, against_before, against_the_rest
from otklik.figures.counting import Counted, counted, facts_behind
from otklik.figures.forms import FiguresForm, initial_of
from otklik.figures.naming import ABOUT, GROUPS, MEASURES
from otklik.figures.tables import HALVES, TIMES, table_of_facts, table_of_parts, table_of_percentiles
from otklik.figures.telling import EASIEST, Part, figure_of, in_groups, in_time, percentiles
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.figures import Figure, Point, Unit
from otklik.foundation.figures.tables import MOST_ROWS, Table
from otklik.foundation.http.pages import rows_page, shown
from otklik.foundation.http.staff import actor_of, staff

PERIODS: Final = (7, 30, 90, 365)
_USUAL: Final = {"measure": Measure.FIRST_ANSWER.value, "by": By.TEAM.value}


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One measure in short; ``url``: the page on which it is told at length, ``is_here`` when that is this one.

    ``figure`` is None until it is counted.
    """

    name: str
    url: str
    is_here: bool
    figure: Figure | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One group: ``url`` narrows the page to it."""

    part: Part
    verdict: Verdict | None
    url: str


@require_GET
@staff("figures.see")
def figures(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    asked, refusal = _asked(request, actor, now)
    form = FiguresForm({**initial_of(asked), **request.GET.dict()} if refusal else None, asked=asked, actor=actor,
                       initial={**initial_of(asked), "every": request.GET.get("every", "")})  # fmt: skip
    if refusal:
        form.refuse(refusal)
    found = counted(asked, actor, now=now)[asked.measure]
    before = counted(replace(asked.earlier(), by=None), actor, now=now)[asked.measure]
    context = {
        "section": "figures", "form": form, "asked": asked, "periods": PERIODS, "days": _days(request) or 0,
        "is_narrowed": bool(asked.narrowed), "groups_in_short": _in_short(asked),
        "change": against_before(asked, found, before), **_told(asked, found, actor),
    }  # fmt: skip
    return shown(request, "figures/figures.html", context)


def _asked(request: HttpRequest, actor: Actor, now: datetime) -> tuple[Asked, Refusal | None]:
    """What the address asks for; days that cannot be are told, and the usual ones shown."""
    values = {**_USUAL, **request.GET.dict()}
    days = _days(request)
    if days:
        first = timezone.localdate(now) - timedelta(days=days - 1)
        values |= {"from": first.isoformat(), "to": ""}
    try:
        return asked_of(values, actor=actor, now=now), None
    except Refusal as refusal:
        if refusal.code != "dates_invalid":
            raise
        return asked_of({**values, "from": "", "to": "", "every": ""}, actor=actor, now=now), refusal


def _days(request: HttpRequest) -> int | None:
    said = request.GET.get("days", "")
    if said in map(str, PERIODS):
        return int(said)
    return None if request.GET.get("from") or request.GET.get("to") else 30


def _rows_url(asked: Asked) -> str:
    return f"{_rows_place()}?{asked.query()}"


@cache
def _rows_place() -> str:
    return reverse("figures:table", args=["cases"])


# ── In short ──────────────────────────────────────────────────────────────────────────────
IN_SHORT: Final = (
    (Measure.FIRST_ANSWER, Measure.NEXT_WORD, Measure.SOLUTION),
    (Measure.PROMISES_KEPT, Measure.STANDARDS_KEPT, Measure.REOPENED),
    (
        Measure.SATISFIED,
        Measure.UNSATISFIED,
        Measure.UNCONFIRMED,
        Measure.EFFORT,
        Measure.EXPLAINED_TWICE,
        Measure.TOLD_AGAIN,
    ),
    (Measure.GESTURES, Measure.SATISFIED_AFTER_GESTURE, Measure.REFUSALS, Measure.SATISFIED_AFTER_REFUSAL),
)
"""How long it took, how well we kept to it, what customers said of it, where we said yes and no."""


def _in_short(asked: Asked) -> list[dict[str, Any]]:
    """The groups of measures by their names; each is counted by a request of its own, as soon as the page stands."""
    return [
        {"url": f"{reverse('figures:in-short', args=[number])}?{asked.query()}", "tiles": tiles}
        for number, group in enumerate(IN_SHORT)
        if (tiles := _tiles(asked, [one for one in group if one in measures()], None))
    ]


@require_GET
@staff("figures.see")
def in_short(request: HttpRequest, number: int) -> HttpResponse:
    """One group of measures, each as a whole."""
    group = [one for one in IN_SHORT[number] if one in measures()] if number < len(IN_SHORT) else []
    if not group:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    asked = asked_of({**_USUAL, **request.GET.dict()}, actor=actor, now=now)
    first, *others = group
    found = counted(replace(asked.about(first), by=None), actor, now=now, sums=others)
    return render(request, "figures/in_short.html", {"tiles": _tiles(asked, group, found)})


def _tiles(asked: Asked, group: Sequence[Measure], found: dict[Measure, Counted] | None) -> list[Tile]:
    tiles = []
    for measure in group:
        one, figure = asked.about(measure), None
        if found is not None:
            counts = found[measure]
            figure = figure_of(one, counts, counts.whole, rows_url=_rows_url(replace(one, by=None)))
        url = f"?{one.query()}#told"
        tiles.append(Tile(name=str(MEASURES[measure]), figure=figure, url=url, is_here=measure is asked.measure))
    return tiles


# ── At length ─────────────────────────────────────────────────────────────────────────────
def _told(asked: Asked, found: Counted, actor: Actor) -> dict[str, Any]:
    """The measure at length: its line in time, its groups, and for spans its percentiles."""
    by = asked.by or By.TEAM
    whole = figure_of(asked, found, found.whole, rows_url=_rows_url(replace(asked, by=None)))
    pieces = in_time(asked, found, rows=_rows_url)
    groups, hidden = in_groups(asked, found, by, actor=actor, rows=_rows_url)
    points = [Point(label=part.label, **{name: getattr(part.figure, name) for name in _POINT}) for part in pieces]
    return {
        "name": MEASURES[asked.measure],
        "about": ABOUT[asked.measure],
        "figure": replace(whole, series=points),
        "aged": whole,
        "pieces": pieces,
        "groups": [
            Row(part=part, verdict=against_the_rest(asked, found, part, by=by), url=f"?{_narrowed(asked, by, part)}")
            for part in groups
        ],
        "by": GROUPS[by],
        "is_of_people": by is By.AGENT,
        "hidden": hidden,
        "longest": _longest(groups),
        "percentiles": _percentiles(asked, found) if asked.measure.is_span else [],
        "times": [{"value": one.value, "text": text, "is_it": one is asked.time} for one, text in TIMES.items()],
        "query": asked.query(every=asked.every.value),
    }


_POINT: Final = ("value", "n", "low", "high", "left_out")


def _narrowed(asked: Asked, by: By, part: Part) -> str:
    return replace(asked.of(by, part.key), by=by).query()


def _longest(parts: Sequence[Part]) -> float:
    """What the full length of a bar stands for."""
    if not parts or parts[0].figure.unit is Unit.SHARE:
        return 1.0
    if parts[0].figure.unit is Unit.SCORE:
        return float(EASIEST)
    return max((part.figure.high or part.figure.value or 0.0 for part in parts), default=0.0) or 1.0


def _percentiles(asked: Asked, found: Counted) -> list[dict[str, Any]]:
    """Rows of three percentiles, each in both times."""
    told = percentiles(asked, found)
    return [
        {"name": name, "figures": [one.figure for one in told if one.percentile == percentile]}
        for percentile, name in HALVES.items()
    ]


# ── Tables ────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
@staff("figures.see")
def table(request: HttpRequest, name: str) -> HttpResponse:
    """The cases behind a number, or what is drawn: to look at, or to take out as a file."""
    actor, now = actor_of(request), timezone.now()
    asked = asked_of({**_USUAL, **request.GET.dict()}, actor=actor, now=now)
    rows = _table(name, asked, actor, now)
    back = f"{reverse('figures:figures')}?{asked.query()}"
    return rows_page(request, rows, back=back, section="figures", actor=actor)


def _table(name: str, asked: Asked, actor: Actor, now: datetime) -> Table:
    if name == "cases":
        facts = facts_behind(asked, actor, now=now, most=MOST_ROWS + 1)
        return table_of_facts(asked, facts, address="/desk/cases/{}/", now=now.timestamp())
    found = counted(asked, actor, now=now)[asked.measure]
    if name == "series":
        return table_of_parts(asked, in_time(asked, found, rows=_rows_url), what=name, heading=_("From"))
    if name == "groups":
        by = asked.by if asked.by and not asked.by.is_time else By.TEAM
        parts, _hidden = in_groups(asked, found, by, actor=actor, rows=_rows_url)
        return table_of_parts(asked, parts, what=name, heading=str(GROUPS[by]))
    if name == "percentiles" and asked.measure.is_span:
        return table_of_percentiles(asked, percentiles(asked, found))
    raise Http404
