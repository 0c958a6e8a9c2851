"""Articles in and out by the hundred: rehearsed first, with a report to keep."""

import csv
import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.errors import Refusal
from otklik.foundation.figures.tables import harmless
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.pages import shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.knowledge.actions import import_articles
from otklik.knowledge.adapters.anything import FETCH_SECONDS, articles_in
from otklik.knowledge.adapters.imported import ImportRefused
from otklik.knowledge.exporting import export_as_zip

LARGEST = 200_000_000
_OUTCOMES = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "same": gettext_lazy("the same as here"),
    "told": gettext_lazy("left empty or out"),
    "wrong": gettext_lazy("to be mended"),
}
type _Line = tuple[str, str, str]
"""Where it stands, its title or what is wrong, and what becomes of it."""


class ImportForm(DeskForm):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV, Excel (.xlsx), Word (.docx), a saved web page, an archive (zip) of such files or of Markdown with "
            "pictures, JSON of Zendesk or Chatwoot."
        ),
    )
    publish = forms.BooleanField(label=gettext_lazy("Publish at once"), required=False)
    fetch = forms.BooleanField(
        label=gettext_lazy("Bring pictures along"),
        help_text=gettext_lazy("Pictures and attachments that the articles show from another site."),
        required=False,
    )


@require_http_methods(["GET", "POST"])
@staff("knowledge.arrange")
def bring_in(request: HttpRequest) -> HttpResponse:
    """``do=look`` rehearses, ``do=report`` answers with the same as a table, ``do=import`` does it; all or nothing."""
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"section": "knowledge", "form": form}
    if request.method == "POST" and form.is_valid():
        step = request.POST.get("do", "look")
        lines, is_refused = _outcome(request, form, is_real=step == "import")
        if step == "report":
            return _table(lines)
        counts = {name: sum(line[2] == name for line in lines) for name in _OUTCOMES}
        told = [(name, _OUTCOMES[name], count) for name, count in counts.items() if count]
        shown_lines = [(where, text, name, _OUTCOMES[name]) for where, text, name in lines[:500]]
        done = step == "import" and not is_refused
        context |= {"lines": shown_lines, "counts": told, "is_refused": is_refused, "is_done": done, "all": len(lines)}
    return shown(request, "knowledge/import.html", context)


def _outcome(request: HttpRequest, form: ImportForm, *, is_real: bool) -> tuple[list[_Line], bool]:
    file: UploadedFile[Any] = form.cleaned_data["file"]
    if (file.size or 0) > LARGEST:
        return [(file.name or "", _("This archive is too large."), "wrong")], True
    try:
        seconds = FETCH_SECONDS if is_real and form.cleaned_data["fetch"] else 0
        imported = articles_in({file.name or "file": file.read()}, fetch_seconds=seconds)
        report = import_articles(
            imported, publish=form.cleaned_data["publish"], actor=actor_of(request), dry_run=not is_real
        )
    except ImportRefused as refused:
        return [(one.where, one.text, "wrong") for one in refused.wrong], True
    except Refusal as refusal:
        if refusal.code == "not_allowed":
            raise
        return [(file.name or "", refusal.text, "wrong")], True
    warnings = [(one.where, one.text, "told") for one in report.warnings]
    return warnings + [(line.where, line.title, line.outcome) for line in report.lines], False


def _table(lines: list[_Line]) -> HttpResponse:
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([_("Where"), _("Title or what is wrong"), _("What becomes of it")])
    writer.writerows([harmless(where), harmless(text), str(_OUTCOMES[name])] for where, text, name in lines)
    answer = HttpResponse(target.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="import.csv"'
    return answer


@require_GET
@staff("knowledge.arrange")
def take_out(_request: HttpRequest) -> HttpResponse:
    """Everything as a folder of Markdown in one archive."""
    answer = HttpResponse(export_as_zip(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="help-{timezone.localdate():%Y-%m-%d}.zip"'
    return answer
