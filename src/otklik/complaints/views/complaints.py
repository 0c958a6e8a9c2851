"""Complaints on the desk: the list, one of them, and its file on paper."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.staticfiles import finders
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from otklik.cases.zones import zone_of, zone_words
from otklik.complaints import queries
from otklik.complaints.labels import DECISIONS, SEVERITIES, STAGES, WAY, Label, step_label
from otklik.complaints.models import FINISHED, GRAVE, UNANSWERED, Complaint, Decision, Stage, Step
from otklik.complaints.queries import complaint_by_number, record_of
from otklik.complaints.views.steps import WAYS, next_way, ways_of
from otklik.foundation.files.pdf import pdf_of, why_no_pdf
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.policies import policy
from otklik.team.queries import agent_names
from otklik.ui.letters import words_text

COMPLAINTS = Listing(
    template="complaints/complaints.html",
    columns=(  # the open ones are few, and each column is an index or sorts them
        Column(name="number", label=pgettext_lazy("of a complaint", "Number"), by="pk", of=int, falls=True),
        Column(name="due", label=_("Answer due"), by="answer_by", of=datetime, may_lack=True),
        Column(name="grave", label=_("Severity"), by="severity", of=int, falls=True, may_lack=True),
        Column(name="stage", label=_("Stage"), by="stage"),
    ),
    live="complaints.complaints",
)


class FilterForm(DeskForm):
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("Anyone's")), ("mine", _("Mine: I own it or look into it"))]
    )
    grave = forms.ChoiceField(
        label=_("Severity"),
        required=False,
        choices=[("", _("Any")), ("grave", _("3 and more")), ("urgent", _("Urgent"))],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = [("", _("Not settled")), ("due", _("Answer due")), ("all", _("All"))]
        stages = [(one.value, STAGES[one].text) for one in Stage]
        self.fields["stage"].choices = [*groups, *stages]  # type: ignore[attr-defined]


@require_GET
@staff("complaints.handle")
def complaints(request: HttpRequest) -> HttpResponse:
    """Those that are not settled, or what the filters ask for."""
    actor, form = actor_of(request), FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = COMPLAINTS.page(request, _narrowed(queries.complaints(actor), wanted, actor.pk))
    now = timezone.now()
    rows = [
        {
            "complaint": row,
            "stage": STAGES[Stage(row.stage)],
            "last_day": row.last_day,
            "is_late": row.answer_by is not None and row.answer_by <= now,
        }
        for row in page["rows"]
    ]
    is_narrowed = any(wanted.values())
    context = {"section": "complaints", **page, "rows": rows, "filter": form, "is_narrowed": is_narrowed}
    return shown(request, COMPLAINTS.template, context)


def _narrowed(rows: QuerySet[Complaint], wanted: dict[str, Any], me: int | None) -> QuerySet[Complaint]:
    stage = wanted.get("stage", "")
    if stage == "due":
        rows = rows.filter(stage__in=UNANSWERED)
    elif stage in Stage.values:
        rows = rows.filter(stage=stage)
    elif stage != "all":
        rows = rows.exclude(stage__in=FINISHED)
    if wanted.get("whose"):
        rows = rows.filter(Q(case__owner_id=me) | Q(investigator_id=me))
    if wanted.get("grave"):
        rows = rows.filter(is_urgent=True) if wanted["grave"] == "urgent" else rows.filter(severity__gte=GRAVE)
    return rows


# ── One of them ───────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the record as it is shown."""

    step: Step
    label: Label
    who: str
    about: str


@require_GET
@staff("complaints.handle")
def complaint(request: HttpRequest, number: int) -> HttpResponse:
    """Its way, what comes next, everything that was done."""
    actor = actor_of(request)
    row = complaint_by_number(number, actor=actor)
    name = next_way(row, actor)
    context = {
        "section": "complaints",
        **facts_of(row),
        "next": name,
        "next_title": WAYS[name].title if name else "",
        "ways": ways_of(row, actor),
        "is_about_me": row.against_id == actor.pk,
    }
    return shown(request, "complaints/complaint.html", context)


def facts_of(row: Complaint) -> dict[str, Any]:
    """What the page and the printed file both show."""
    now, steps = timezone.now(), list(record_of(row))
    return {
        "complaint": row,
        "case": row.case,
        "stage": STAGES[Stage(row.stage)],
        "way": way_of(row, steps),
        "lines": lines_of(row, steps),
        "severity": SEVERITIES[row.severity] if row.severity else "",
        "decision": DECISIONS[Decision(row.decision)] if row.decision else "",
        "terms": [_running(one, row, now) for one in row.terms.all()],
    }


def _running(one: Any, row: Complaint, now: datetime) -> dict[str, Any]:
    """``day``: the last day of the term, for ``due_at`` is the midnight after it."""
    answered = row.answered_at
    is_over = row.stage not in UNANSWERED
    is_late = (answered or now) > one.due_at if answered or not is_over else False
    return {
        "term": one.term,
        "day": one.due_at - timedelta(seconds=1),
        "is_over": is_over,
        "is_late": is_late,
        "is_kept": answered is not None and not is_late,
    }


def way_of(row: Complaint, steps: list[Step]) -> list[dict[str, Any]]:
    """The stages of the way, each done, now or later; where this one ends otherwise, that stands in their place."""
    reached = {step.what for step in steps}
    now = Stage(row.stage)
    stages = list(WAY)
    if now in {Stage.REFUSED, Stage.EXHAUSTED}:
        stages[stages.index(Stage.ACCEPTED)] = now
    if now is Stage.WITHDRAWN:
        stages = [one for one in WAY if one.value in reached] + [now]
    place = stages.index(now)
    return [
        {"label": STAGES[one], "state": "now" if at == place else "done" if at < place else "later"}
        for at, one in enumerate(stages)
    ]


def lines_of(row: Complaint, steps: list[Step]) -> list[Line]:
    """The record in words."""
    names = agent_names([step.facts["agent_id"] for step in steps if "agent_id" in step.facts])
    customer = row.customer.name or str(_("The customer"))
    return [
        Line(
            step=step,
            label=step_label(step.what),
            who=step.agent.name if step.agent else customer if step.is_customers else "Otklik",
            about=_about(step, names),
        )
        for step in steps
    ]


def _about(step: Step, names: dict[int, str]) -> str:
    facts = step.facts
    said = [names.get(facts.get("agent_id", 0), "")]
    if "severity" in facts:
        said.append(str(SEVERITIES[facts["severity"]]))
    if facts.get("is_urgent"):
        said.append(str(_("health or safety is at stake")))
    if "decision" in facts:
        said.append(str(DECISIONS[Decision(facts["decision"])]))
    return "; ".join(filter(None, said))


# ── On paper ──────────────────────────────────────────────────────────────────────────────
@require_GET
@staff("complaints.handle")
def file(request: HttpRequest, number: int) -> HttpResponse:
    """Everything of a complaint in order, to print; ``?download``: the same as one file that needs nothing else;
    ``?pdf``: as PDF."""
    row = complaint_by_number(number, actor=actor_of(request))
    kind = next((one for one in ("pdf", "download") if one in request.GET), "")
    context = {
        **facts_of(row),
        "letters": [{"letter": one, "words": words_text(one.text)} for one in queries.letters_of(row)],
        "company": policy("company.name"),
        "printed_at": timezone.now(),
        "zone": zone_words(row.case, at=timezone.now()),
        "sheet": _sheet() if kind == "download" else "",
        "is_pdf": kind == "pdf",
        "why_no_pdf": "" if kind else why_no_pdf(),
    }
    with timezone.override(zone_of(row.case)):
        page = render_to_string("complaints/file.html", context, request)
    answer = HttpResponse(pdf_of(page, css=_sheet()), "application/pdf") if kind == "pdf" else HttpResponse(page)
    if kind:
        ending = "pdf" if kind == "pdf" else "html"
        answer["Content-Disposition"] = f'attachment; filename="complaint-{row.pk}.{ending}"'
    return answer


def _sheet() -> str:
    """Our own style sheet, to stand in the file itself."""
    path = finders.find("complaints/file.css")
    assert path is not None, "it is one of our own files"
    return mark_safe(Path(path).read_text(encoding="utf-8"))  # noqa: S308 - ours, and no HTML
