"""The editor of a standard: a draft that saves itself, its preview in a case, its versions."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.http.versions import MOST_SHOWN, Row, changes, versions_part
from otklik.standards import queries
from otklik.standards.actions import edit_draft, restore
from otklik.standards.forms import WordsForm
from otklik.standards.labels import STATES, parts_of
from otklik.standards.models import Standard, Version
from otklik.standards.views.standards import around, draft_of


def _to_write(request: HttpRequest, standard_id: int) -> Standard:
    """Raises ``Refusal('not_found' | 'not_allowed')``."""
    row = queries.standard_by_id(standard_id)
    if not queries.may_write(actor_of(request), row):
        raise Refusal("not_allowed", _("Only whoever looks after this standard and leads may change it."))
    return row


@require_http_methods(GET_OR_POST)
@staff()
def edit(request: HttpRequest, standard_id: int) -> HttpResponse:
    """The draft. Saved over somebody else's saving only by who has seen that there was one."""
    row = _to_write(request, standard_id)
    draft = queries.in_work(row)
    if draft is None or draft.state != Version.State.DRAFT:
        return redirect("standards:standard", row.pk)
    if request.method == "GET":
        return _editor(request, row, draft, WordsForm(initial=WordsForm.values(draft)))
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _editor(request, row, draft, form)
    try:
        edit_draft(version=draft, words=form.words(), actor=actor_of(request), edits=form.cleaned_data["edits"])
    except Refusal as refusal:
        return _refused(request, row, form, refusal)
    is_looking = request.POST.get("then") == "look"
    return done(request, _("Saved."), "standards:versions" if is_looking and row.live else "standards:edit", row.pk)


def _refused(request: HttpRequest, row: Standard, form: WordsForm, refusal: Refusal) -> HttpResponse:
    """What was typed stays. After a conflict the next saving knows of the other's."""
    form.refuse(refusal)
    draft = draft_of(row)
    theirs = None
    if refusal.code == "changed_meanwhile":
        form.data = request.POST.copy()
        form.data["edits"] = str(draft.edits)
        theirs = changes(parts_of(draft), parts_of(_typed(row, draft, form)))
    answer = _editor(request, row, draft, form, theirs=theirs)
    answer.status_code = HTTPStatus.CONFLICT if theirs is not None else HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def _editor(request: HttpRequest, row: Standard, draft: Version, form: WordsForm, **context: Any) -> HttpResponse:
    is_typed = form.is_bound and form.is_valid()
    values = {
        **around(request, row, "edit"),
        "form": form,
        "version": _typed(row, draft, form) if is_typed else draft,
        "save_url": reverse("standards:save", args=[row.pk]),
        "preview_url": reverse("standards:preview", args=[row.pk]),
        "taken": queries.proposals().filter(version=draft).order_by("id"),
    }
    return shown(request, "standards/edit.html", values | context)


def _typed(row: Standard, draft: Version, form: WordsForm) -> Version:
    """The draft as it would be; nothing is saved."""
    return Version(standard=row, number=draft.number, state=draft.state, **form.words().fields())


@require_POST
@staff()
def save(request: HttpRequest, standard_id: int) -> HttpResponse:
    """The draft saves itself: ``{"edits": 4}``, or why not (409 when somebody else has saved)."""
    draft, form = draft_of(_to_write(request, standard_id)), WordsForm(request.POST)
    if not form.is_valid():
        why = " ".join(str(error) for errors in form.errors.values() for error in errors)
        raise Refusal("words_invalid", _("Not saved: %(why)s") % {"why": why})
    saved = edit_draft(version=draft, words=form.words(), actor=actor_of(request), edits=form.cleaned_data["edits"])
    return JsonResponse({"edits": saved.edits})


@require_POST
@staff()
def preview(request: HttpRequest, standard_id: int) -> HttpResponse:
    """What is being typed as an agent will see it beside a case: a part for the script, else a page."""
    row = _to_write(request, standard_id)
    form, draft = WordsForm(request.POST), draft_of(row)
    version = _typed(row, draft, form) if form.is_valid() else draft
    context = {**around(request, row, "edit"), "version": version, "form": form}
    if request.headers.get("X-Part"):
        return shown(request, "standards/panel.html", {"version": version, "form": None})
    return shown(request, "standards/preview.html", context | {"form": None})


@require_GET
@staff()
def versions(request: HttpRequest, standard_id: int) -> HttpResponse:
    """Every version; ``?from=1&to=3`` compares two of them, else the newest with what held before it."""
    row = queries.standard_by_id(standard_id)
    may_write = queries.may_write(actor_of(request), row)
    rows = [
        _row(one, may_bring_back=may_write and place > 0)
        for place, one in enumerate(queries.versions_of(row)[:MOST_SHOWN])
    ]
    part = versions_part(request, rows, parts=parts_of, before=queries.held_before)
    return shown(request, "standards/versions.html", {**around(request, row, "versions"), **part})


def _row(version: Version, *, may_bring_back: bool) -> Row[Version]:
    state = STATES[version.state] if version.state != Version.State.PAST else None
    back = reverse("standards:restore", args=[version.standard_id, version.number]) if may_bring_back else ""
    return Row(version=version, badge=state.text if state else "", tone=state.tone if state else "", back=back)


@require_POST
@staff()
def back_to(request: HttpRequest, standard_id: int, number: int) -> HttpResponse:
    """A new draft with the words of this version."""
    row = _to_write(request, standard_id)
    version = row.versions.select_related("standard").filter(number=number).first()
    if version is None:
        raise Refusal("not_found", _("This is no longer here."))
    try:
        restore(version=version, actor=actor_of(request))
    except Refusal as refusal:
        return sorry(request, refusal, "standards:versions", standard_id)
    return done(request, _("The earlier words are a draft now."), "standards:edit", standard_id)
