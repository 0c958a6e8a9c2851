"""How standards are kept and what customers said then: all, each step of one, and the cases behind each number."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from otklik.cases.figures.standards import (
    ROWS_OF_STANDARD,
    ROWS_OF_STEP,
    Kept,
    Served,
    Taken,
    Verdict,
    cases_of_standard,
    cases_of_step,
    standards_kept,
    steps_kept,
)
from otklik.cases.models import titled
from otklik.foundation.actors import Actor
from otklik.foundation.figures import Figure
from otklik.foundation.figures.tables import MOST_ROWS, Cell, Column, Kind, Table
from otklik.foundation.http.pages import rows_page, shown
from otklik.foundation.http.periods import PERIODS, span_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.standards.models import Standard, Version
from otklik.standards.queries import standard_by_id, versions_of
from otklik.team.queries import agent_names
from otklik.ui.labels import Label

VERDICTS: Final[dict[Verdict, Label]] = {
    Verdict.TOO_EARLY: Label(text=gettext_lazy("too early to judge"), icon="circle-dashed"),
    Verdict.HOLDS: Label(text=gettext_lazy("holds"), icon="circle-check", tone="satisfied"),
    Verdict.SKIPPED: Label(text=gettext_lazy("often not kept: ask why"), icon="minus", tone="risk"),
    Verdict.HELPS_BUT_SKIPPED: Label(text=gettext_lazy("helps, but is left out"), icon="alert-triangle", tone="risk"),
    Verdict.CHANGE_IT: Label(
        text=gettext_lazy("kept, but people are unsatisfied: change it"), icon="mood-sad", tone="late"
    ),
}
_WORDS: Final[dict[str, Any]] = {
    "satisfied": gettext_lazy("Satisfied"),
    "no": gettext_lazy("Not satisfied"),
    "unconfirmed": gettext_lazy("Unconfirmed"),
    "silent": gettext_lazy("Not said yet"),
}


@require_GET
@staff("team.see")
def standards(request: HttpRequest) -> HttpResponse:
    """Every standard that served cases in the period."""
    days, since, until = span_of(request)
    lines = standards_kept(actor_of(request), since=since)
    rows = [{"line": line, "verdict": VERDICTS[line.verdict], **_figures(line, days)} for line in lines]
    context = {"section": "standards", "days": days, "periods": PERIODS, "rows": rows, "aged": _aged(rows, until)}
    return shown(request, "cases/standard_figures.html", context)


def _figures(line: Kept, days: int) -> dict[str, Any]:
    urls = {name.replace("-", "_"): _of_standard(name, line.standard.pk, days) for name in ROWS_OF_STANDARD}
    return {
        "kept": replace(line.figure, rows_url=urls["kept"]),
        "satisfied": replace(line.with_.figure, rows_url=urls["kept_said"]),
        "urls": urls,
    }


def _of_standard(name: str, standard_id: int, days: int) -> str:
    return f"{reverse('cases:standard-figures-rows', args=[standard_id, name])}?days={days}"


def _aged(rows: list[dict[str, Any]], until: datetime) -> Figure | None:
    return replace(rows[0]["kept"], counted_at=until) if rows else None


@require_GET
@staff("team.see")
def standard(request: HttpRequest, standard_id: int) -> HttpResponse:
    """The steps of one version, that which holds unless ``?version=3`` asks for another."""
    row, (days, since, until) = standard_by_id(standard_id), span_of(request)
    version = _version(request, row)
    steps = steps_kept(actor_of(request), version, since=since)
    query = f"days={days}&version={version.number}"
    rows: list[dict[str, Any]] = [
        {
            "step": one,
            "verdict": VERDICTS[one.verdict],
            "kept": replace(one.figure, rows_url=_of_step("step-done", one, row, query)),
            "satisfied": replace(one.after.figure, rows_url=_of_step("step-said", one, row, query)),
            "skipped_url": _of_step("step-skipped", one, row, query),
            "left_url": _of_step("step-left-open", one, row, query),
        }
        for one in steps
    ]
    context = {
        "section": "standards", "days": days, "periods": PERIODS, "rows": rows, "standard": row, "version": version,
        "steps_url": f"{reverse('cases:standard-figures-rows', args=[row.pk, 'steps'])}?{query}",
        "aged": _aged(rows, until), "changing": [one for one in rows if one["step"].verdict is Verdict.CHANGE_IT],
        "versions": versions_of(row).filter(published_at__isnull=False)[:10],
    }  # fmt: skip
    return shown(request, "cases/step_figures.html", context)


def _of_step(name: str, step: Taken, row: Standard, query: str) -> str:
    return f"{reverse('cases:standard-figures-rows', args=[row.pk, name])}?{query}&step={step.number}"


def _version(request: HttpRequest, row: Standard) -> Version:
    """Raises ``Http404`` for a standard that never held, and for a version that was never published."""
    published = versions_of(row).filter(published_at__isnull=False)
    asked = request.GET.get("version", "")
    if asked.isdecimal() and len(asked) < 7:  # noqa: PLR2004 - no house writes a million versions
        published = published.filter(number=int(asked))
    version = published.first()
    if version is None:
        raise Http404
    return version


# ── Tables ────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
@staff("team.see")
def table(request: HttpRequest) -> HttpResponse:
    """All standards as a table, or as a file."""
    days, since, _until = span_of(request)
    lines = standards_kept(actor_of(request), since=since)
    return _shown_rows(request, _table(lines), back=f"{reverse('cases:standard-figures')}?days={days}")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("team.see")
def rows(request: HttpRequest, standard_id: int, name: str) -> HttpResponse:
    """The cases behind one number, or (``steps``) the steps of a version as a table."""
    row, actor, (days, since, _until) = standard_by_id(standard_id), actor_of(request), span_of(request)
    back = f"{reverse('cases:standard-figures')}?days={days}"
    if name in ROWS_OF_STANDARD:
        found = cases_of_standard(name, actor, standard_id=row.pk, since=since, most=MOST_ROWS + 1)
        return _shown_rows(request, _cases(found, name, row), back=back)
    version = _version(request, row)
    back = f"{reverse('cases:step-figures', args=[row.pk])}?days={days}&version={version.number}"
    if name == "steps":
        return _shown_rows(request, _table_of_steps(steps_kept(actor, version, since=since)), back=back)
    if name not in ROWS_OF_STEP:
        raise Http404
    found = _of_one_step(request, name, actor, version, since)
    return _shown_rows(request, _cases(found, name, row), back=back)


def _of_one_step(request: HttpRequest, name: str, actor: Actor, version: Version, since: datetime) -> list[Served]:
    asked = request.GET.get("step", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 3 else 0  # noqa: PLR2004 - there are twenty at most
    return cases_of_step(name, actor, version_id=version.pk, number=number, since=since, most=MOST_ROWS + 1)


def _shown_rows(request: HttpRequest, table: Table, *, back: str) -> HttpResponse:
    return rows_page(request, table, back=back, section="standards", actor=actor_of(request))


def _cases(found: list[Served], name: str, row: Standard) -> Table:
    owners = agent_names({one.owner_id for one in found})
    columns = [
        Column(label=_("Case"), kind=Kind.NUMBER, link="/desk/cases/{}/"),
        Column(label=_("Subject")),
        Column(label=_("Owner")),
        Column(label=_("The customer's word")),
        Column(label=_("When"), kind=Kind.MOMENT),
    ]
    rows: list[list[Cell]] = [
        [one.case_id, titled(one.subject), owners.get(one.owner_id, ""), str(_WORDS.get(one.word, one.word)), one.at]
        for one in found[:MOST_ROWS]
    ]
    if name == "step-skipped":
        columns.append(Column(label=_("Why it was left out")))
        rows = [[*cells, one.because] for cells, one in zip(rows, found, strict=False)]
    return Table(name=name, title=row.name, columns=columns, rows=rows, is_cut=len(found) > MOST_ROWS)


def _shares(*names: str) -> list[Column]:
    return [
        column
        for name in names
        for column in (
            Column(label=name, kind=Kind.SHARE),
            Column(label=_("At least"), kind=Kind.SHARE),
            Column(label=_("At most"), kind=Kind.SHARE),
        )
    ]


def _table(lines: list[Kept]) -> Table:
    counts = (_("Steps left out"), _("Steps left open"), _("Promises broken"))
    columns = [
        Column(label=_("Standard")),
        Column(label=_("Cases"), kind=Kind.NUMBER),
        *_shares(_("Kept")),
        *(Column(label=name, kind=Kind.NUMBER) for name in counts),
        *_shares(_("Satisfied where it was kept")),
        Column(label=_("Answers"), kind=Kind.NUMBER),
        Column(label=_("What that means")),
    ]
    rows: list[list[Cell]] = []
    for line in lines:
        kept, said = line.figure, line.with_.figure
        rows.append(
            [
                line.standard.name, line.cases, kept.value, kept.low, kept.high, line.skipped, line.left_open,
                line.broken, said.value, said.low, said.high, said.n, str(VERDICTS[line.verdict].text),
            ]
        )  # fmt: skip
    return Table(name="standards", title=_("How standards are kept"), columns=columns, rows=rows)


def _table_of_steps(steps: list[Taken]) -> Table:
    columns = [
        Column(label=_("Number"), kind=Kind.NUMBER),
        Column(label=_("Step")),
        Column(label=_("Cases"), kind=Kind.NUMBER),
        *_shares(_("Kept")),
        Column(label=_("Left out"), kind=Kind.NUMBER),
        Column(label=_("Left open"), kind=Kind.NUMBER),
        *_shares(_("Satisfied after this step")),
        Column(label=_("Answers"), kind=Kind.NUMBER),
        Column(label=_("What that means")),
    ]
    rows: list[list[Cell]] = []
    for step in steps:
        kept, said = step.figure, step.after.figure
        rows.append(
            [
                step.number, step.words, step.cases, kept.value, kept.low, kept.high, step.skipped, step.left_open,
                said.value, said.low, said.high, said.n, str(VERDICTS[step.verdict].text),
            ]
        )  # fmt: skip
    return Table(name="steps", title=_("How steps are kept"), columns=columns, rows=rows)
