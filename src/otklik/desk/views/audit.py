"""The history of everything: who did what and when, to find and to take out."""

import csv
import io
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from otklik.desk import audit
from otklik.desk.forms.base import DeskForm
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.pages import shown
from otklik.foundation.paging import number_after, page_of
from otklik.team.models import Agent

PAGE = 100
MOST_EXPORTED = 20_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _day() -> forms.DateField:
    limits = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=False, validators=limits, widget=widget)


class AuditForm(DeskForm):
    who = forms.ChoiceField(label=_("Who"), required=False)
    what = forms.ChoiceField(label=_("What happened"), required=False)
    case = forms.IntegerField(label=_("Case"), required=False, min_value=1)
    customer = forms.IntegerField(label=_("Customer"), required=False, min_value=1)
    since = _day()
    until = _day()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [(str(pk), name) for pk, name in Agent.objects.order_by("name").values_list("id", "name")]
        machines = [("customer", _("Customers")), ("system", _("Otklik itself"))]
        self.fields["who"].choices = [("", _("Anybody")), *people, *machines]  # type: ignore[attr-defined]
        self.fields["what"].choices = [("", _("Anything")), *((name, name) for name in sorted(audit.SENTENCES))]  # type: ignore[attr-defined]
        self.fields["since"].label, self.fields["until"].label = _("From"), _("To")


@require_GET
@staff("audit.see")
def events(request: HttpRequest) -> HttpResponse:
    form = AuditForm(request.GET)
    wanted = audit.Wanted(**form.cleaned_data) if form.is_valid() else audit.Wanted()
    rows = audit.found(actor_of(request), wanted)
    if "csv" in request.GET:
        return _table(audit.lines(list(rows[:MOST_EXPORTED])))
    if request.GET.get("after"):
        rows = rows.filter(pk__lt=number_after(request.GET["after"]))
    page = page_of(list(rows[: PAGE + 1]), size=PAGE, key=lambda row: [row.pk])
    kept = request.GET.copy()
    kept.pop("after", None)
    context = {
        "section": "audit", "filters": form, "lines": audit.lines(page.items), "next": page.next,
        "kept": kept.urlencode(),
    }  # fmt: skip
    return shown(request, "desk/audit.html", context)


def _table(lines: list[audit.Line]) -> HttpResponse:
    """CSV that no spreadsheet takes for formulas."""
    target = io.StringIO()
    table = csv.writer(target)
    table.writerow(["id", "at", "who", "event", "what", "case", "customer"])
    for line in lines:
        event = line.event
        row = [event.pk, timezone.localtime(event.at).isoformat(), line.who, event.name, line.what]
        table.writerow([*map(_harmless, row), event.case_id or "", event.customer_id or ""])
    answer = HttpResponse("\N{BYTE ORDER MARK}" + target.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _harmless(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
