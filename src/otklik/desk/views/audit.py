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
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from otklik.desk import audit
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.figures.tables import harmless
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.pages import shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.sentences import kinds
from otklik.team.models import Agent

EVENTS = Listing(
    template="desk/audit.html", order="history: what came after what is its sense", still="of the past", size=100
)
MOST_EXPORTED = 20_000


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
        people = [(str(pk), name) for pk, name in Agent.objects.order_by(ByName()).values_list("id", "name")]
        machines = [("customer", _("Customers")), ("system", _("Otklik itself"))]
        self.fields["who"].choices = [("", _("Anybody")), *people, *machines]  # type: ignore[attr-defined]
        self.fields["what"].choices = [("", _("Anything")), *kinds()]  # type: ignore[attr-defined]
        self.fields["since"].label, self.fields["until"].label = (
            pgettext_lazy("first day of a period", "From"),
            pgettext_lazy("last day of a period", "Until"),
        )


@require_GET
@staff("audit.see")
def events(request: HttpRequest) -> HttpResponse:
    form = AuditForm(request.GET)
    wanted = audit.Wanted(**form.cleaned_data) if form.is_valid() else audit.Wanted()
    rows = audit.found(actor_of(request), wanted)
    if "csv" in request.GET:
        return _table(audit.lines(list(rows[:MOST_EXPORTED])))
    page = EVENTS.page(request, rows)
    context = {
        "section": "audit", "filter": form, "is_narrowed": form.has_changed(), **page,
        "rows": audit.lines(page["rows"]),
    }  # fmt: skip
    return shown(request, EVENTS.template, context)


def _table(lines: list[audit.Line]) -> HttpResponse:
    """CSV that no spreadsheet takes for formulas."""
    target = io.StringIO()
    table = csv.writer(target)
    table.writerow(["id", "at", "who", "event", "what", "case", "customer"])
    for line in lines:
        event = line.event
        row = [event.pk, timezone.localtime(event.at).isoformat(timespec="seconds"), line.who, event.name, line.what]
        table.writerow([*(harmless(str(cell)) for cell in row), event.case_id or "", event.customer_id or ""])
    answer = HttpResponse("\N{BYTE ORDER MARK}" + target.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer
