"""What a survey told: question by question, over time, by segment, from the letter to the last page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from otklik.foundation.actors import may
from otklik.foundation.errors import Refusal
from otklik.foundation.figures.tables import FILES, Table, take_out
from otklik.foundation.http.pages import shown
from otklik.foundation.http.periods import span_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.surveys import tables
from otklik.surveys.checking import flaws
from otklik.surveys.comparing import compared
from otklik.surveys.definition import Definition, said
from otklik.surveys.figures import Told
from otklik.surveys.forms import NoteForm, ResultsForm
from otklik.surveys.labels import NAMES
from otklik.surveys.models import Survey
from otklik.surveys.pages import address_of
from otklik.surveys.queries import (
    Narrowed,
    by_segment,
    day_notes,
    definition_of,
    draft_of,
    drivers,
    figures,
    figures_and_before,
    funnel,
    over_time,
    survey_by_id,
    version_to_show,
    versions_asking,
    words_of,
)
from otklik.surveys.results import (
    PERIODS,
    Looked,
    Trend,
    edges_of,
    looked_at,
    needed,
    nothing_of,
    rows_of_funnel,
    segments,
    text_of,
    trend,
)
from otklik.surveys.showing import Shown, rows_of


@dataclass(frozen=True)
class Asked:
    """What an address asks for: which survey, which days, whose answers, and what they are compared with."""

    request: HttpRequest
    survey: Survey

    @cached_property
    def language(self) -> str:
        return (get_language() or "ru")[:2]

    @cached_property
    def span(self) -> tuple[int, datetime, datetime]:
        """Whole days (UTC), which are kept; the moment is that of the count."""
        days, since, now = span_of(self.request, PERIODS)
        return days, since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0), now

    @cached_property
    def narrowed(self) -> Narrowed:
        _days, since, _now = self.span
        segment, channel = self.form.chosen("segment"), self.form.chosen("channel")
        return Narrowed(since=since, segment=segment or None, channel=channel or None)

    @cached_property
    def steps(self) -> Any:
        """Of all channels and segments in these days: they are also what can be chosen from."""
        _days, since, _now = self.span
        return funnel(self.survey, Narrowed(since=since))

    @cached_property
    def definition(self) -> Definition | None:
        """What is asked now; None while nobody is."""
        versions = versions_asking(self.survey)
        return definition_of(versions[0]) if versions else None

    @cached_property
    def questions(self) -> list[Looked]:
        return looked_at(self.definition, self.language) if self.definition else []

    @cached_property
    def form(self) -> ResultsForm:
        places = sorted(self.steps)
        return ResultsForm(
            self.request.GET,
            questions=[(one.key, one.text) for one in self.questions],
            segments=list(dict.fromkeys(sorted(segment for _channel, segment in places))),
            channels=list(dict.fromkeys(channel for channel, _segment in places)),
        )

    @cached_property
    def looked(self) -> Looked | None:
        """The question to look at closely: the one that was chosen, else the first."""
        wanted = self.form.chosen("over")
        return next((one for one in self.questions if one.key == wanted), self.questions[0] if self.questions else None)

    @cached_property
    def both(self) -> tuple[list[Told], list[Told]]:
        """What was told, and what it is compared with: another segment in the same days, or as many days before."""
        if other := self.form.other_segment:
            return figures(self.survey, self.narrowed), figures(self.survey, replace(self.narrowed, segment=other))
        days, since, _now = self.span
        return figures_and_before(self.survey, self.narrowed, since - timedelta(days=days))

    @cached_property
    def told(self) -> list[Told]:
        return self.both[0]

    @cached_property
    def told_before(self) -> dict[tuple[str, str, int], Told]:
        return {_place(one): one for one in self.both[1]}

    @cached_property
    def closely(self) -> Told | None:
        """The looked-at question as it is asked now."""
        if (looked := self.looked) is None:
            return None
        fits = (one for one in self.told if (one.question.key, one.part) == (looked.question.key, looked.part))
        return next(fits, nothing_of(looked.question, looked.part))

    def trend(self) -> Trend | None:
        if self.closely is None or self.looked is None:
            return None
        days, _since, until = self.span
        edges = edges_of(days, until)
        narrowed = replace(self.narrowed, since=edges[0])
        pieces = over_time(self.survey, self.looked.question.key, self.looked.part, narrowed, edges=edges)
        notes = day_notes().filter(day__gte=edges[0].date()).values_list("day", "text")
        return trend(self.closely, pieces, edges, notes)

    def segments(self) -> Any:
        if self.looked is None:
            return []
        narrowed = replace(self.narrowed, segment=None)
        return segments(by_segment(self.survey, self.looked.question.key, self.looked.part, narrowed))

    def shown(self, words: dict[str, list[str]]) -> list[Shown]:
        return [rows_of(one, self.language, words, self.told_before.get(_place(one))) for one in self.told]


def _place(one: Told) -> tuple[str, str, int]:
    return one.question.key, one.part, one.series


@require_safe
@staff("surveys.see")
def survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """How it stands, and what it told."""
    row, actor = survey_by_id(survey_id), actor_of(request)
    asked = Asked(request, row)
    version, draft = version_to_show(row), draft_of(row)
    definition = definition_of(version)
    context = {
        "section": "surveys", "survey": row, "version": version, "draft": draft, "days": asked.span[0],
        "periods": PERIODS, "told": asked.shown(words_of(row)), "names": NAMES[version.names],
        "is_live": asked.definition is not None, "address": address_of(row),
        "flaws": flaws(definition) if draft else [], "may_edit": may(actor, "surveys.edit"),
        "title": said(definition.title, asked.language), "query": request.GET.urlencode(),
        **_closely(asked), **_around(asked),
    }  # fmt: skip
    return shown(request, "surveys/survey.html", context)


def _closely(asked: Asked) -> dict[str, Any]:
    """The one question that is looked at: its figure, its verdict, its trend and its segments."""
    told, looked = asked.closely, asked.looked
    if told is None or looked is None:
        return {"looked": None}
    before = asked.told_before.get(_place(told))
    found = asked.trend()
    by_place = asked.segments()
    return {
        "looked": looked, "verdict": compared(before, told),
        "trend": found, "trend_table": tables.of_trend(found) if found else None, "segments": by_place,
        "looked_rows": rows_of(told, asked.language, {}), "aged": told.figure(counted_at=asked.span[2]),
        "needed": needed(told), "unit": told.unit,
    }  # fmt: skip


def _around(asked: Asked) -> dict[str, Any]:
    form = asked.form
    names = ("segment", "channel", "against")
    return {
        "filters": form, "is_narrowed": any(form.chosen(name) for name in names),
        "other": form.other_segment, "funnel": rows_of_funnel(asked.steps),
        "notes": day_notes()[:10], "note_form": NoteForm(),
    }  # fmt: skip


@require_safe
@staff("surveys.see")
def linked(request: HttpRequest, survey_id: int) -> HttpResponse:
    """What goes with the whole: drawn into the page once that stands, or a page of its own without scripts."""
    row = survey_by_id(survey_id)
    asked = Asked(request, row)
    found = drivers(row, asked.narrowed)
    language = asked.language
    context = {
        "section": "surveys", "survey": row, "query": request.GET.urlencode(),
        "whole": text_of(found.whole, "", language) if found else "",
        "rows": [(text_of(one.question, one.part, language), one.r) for one in found.found if one.r.value is not None]
        if found
        else [],
        "few": sum(one.r.value is None for one in found.found) if found else 0,
    }  # fmt: skip
    if request.headers.get("HX-Request") == "true":
        return render(request, "surveys/linked.html", context)
    return shown(request, "surveys/linked_page.html", context)


@require_POST
@staff("surveys.see")
def table(request: HttpRequest, survey_id: int, name: str) -> HttpResponse:
    """One table as CSV or XLSX; the address narrows it as it does the page."""
    file = request.POST.get("file", "")
    if name not in _TABLES or file not in FILES:
        raise _nothing()
    found = _table(Asked(request, survey_by_id(survey_id)), name)
    return take_out(table=found, file=file, actor=actor_of(request))


def _nothing() -> Refusal:
    return Refusal("not_found", gettext("This is no longer here."))


def _table(asked: Asked, name: str) -> Table:
    """Raises ``Refusal('not_found')`` for what this survey has nothing of."""
    found = _TABLES[name](asked)
    if found is None:
        raise _nothing()
    return found


def _words(asked: Asked) -> Table:
    texts = {one.question.key: text_of(one.question, "", asked.language) for one in asked.told}
    return tables.of_words(words_of(asked.survey), texts)


def _trend(asked: Asked) -> Table | None:
    found = asked.trend()
    return tables.of_trend(found) if found else None


def _drivers(asked: Asked) -> Table | None:
    found = drivers(asked.survey, asked.narrowed)
    return tables.of_drivers(found, asked.language) if found else None


_TABLES: Final[dict[str, Callable[[Asked], Table | None]]] = {
    "questions": lambda asked: tables.of_questions(asked.told, asked.language),
    "options": lambda asked: tables.of_options(asked.shown({})),
    "words": _words,
    "trend": _trend,
    "segments": lambda asked: tables.of_segments(asked.segments()),
    "funnel": lambda asked: tables.of_funnel(rows_of_funnel(asked.steps)),
    "drivers": _drivers,
}
