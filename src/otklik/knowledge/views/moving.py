"""Articles in and out by the hundred: rehearsed first, with a report to keep."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.actors import Actor
from otklik.foundation.figures.tables import harmless
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.pages import do, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.knowledge.actions import begin_import, drop_import, finish_import
from otklik.knowledge.exporting import export_as_zip
from otklik.knowledge.models import ImportRun

MOST_LINES = 500
_OUTCOMES = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "same": gettext_lazy("the same as here"),
    "told": gettext_lazy("left empty or out"),
    "wrong": gettext_lazy("to be mended"),
}


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
    """Step by step: a file is chosen (``do=look``), what would happen is looked at, ``do=import`` does it.

    Where somebody stands is kept, also for another day. ``do=again`` begins anew, ``do=report`` answers with the lines
    as a table.
    """
    actor, do_what = actor_of(request), request.POST.get("do", "")
    form = ImportForm(request.POST if do_what == "look" else None, request.FILES or None)
    run = ImportRun.objects.select_related("file").filter(agent_id=actor.agent_id).first()
    if request.method == "POST":
        if do_what == "again":
            drop_import(actor=actor)
        elif do_what == "report" and run is not None:
            return _table(run.lines)
        elif do_what == "import" and run is not None:
            finish_import(run=run, actor=actor)
        elif not do(form, lambda cleaned: _begin(cleaned, actor)):
            return _page(request, form, run)
        return redirect("knowledge:import")
    return _page(request, form, run)


def _begin(cleaned: dict[str, Any], actor: Actor) -> None:
    file: UploadedFile[Any] = cleaned["file"]
    publish, fetch = cleaned["publish"], cleaned["fetch"]
    begin_import(name=file.name or "file", content=file.read(), publish=publish, fetch=fetch, actor=actor)


def _page(request: HttpRequest, form: ImportForm, run: ImportRun | None) -> HttpResponse:
    lines = run.lines if run else []
    counts = {name: sum(line[2] == name for line in lines) for name in _OUTCOMES}
    at = 1 if run is None else 2 if run.is_refused else 3
    context = {
        "form": form,
        "run": run,
        "at": at,
        "of": 3,
        "is_done": run is not None and run.done_at is not None,
        "counts": [(name, _OUTCOMES[name], count) for name, count in counts.items() if count],
        "lines": [(where, text, name, _OUTCOMES[name]) for where, text, name in lines[:MOST_LINES]],
        "all": len(lines),
    }
    return shown(request, "knowledge/import.html", {"section": "knowledge", **context})


def _table(lines: Sequence[Sequence[str]]) -> HttpResponse:
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
