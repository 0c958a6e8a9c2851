"""Pages of the staff, and the two ways of one with a form: shown again with what is wrong, or done and told so."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.figures.tables import FILES, MOST_ROWS, Table, take_out
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.staff import actor_of

GET_OR_POST = ["GET", "POST"]
SHOWN_ROWS = 200
LETTER_DRAWN: dict[str, Any] = {**settings.SECURE_CSP, "style-src": [CSP.SELF, CSP.UNSAFE_INLINE]}
"""For a page that draws a letter, which knows no other looks; it stands in a sandbox, where no script runs."""
_NOT_ABOUT_THE_FORM = frozenset({"not_allowed", "not_found"})


def do(form: DeskForm, act: Callable[[dict[str, Any]], object]) -> bool:
    """Act on a valid form in one transaction; a refusal goes to its field. True when it is done."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            act(form.cleaned_data)
    except Refusal as refusal:
        if refusal.code in _NOT_ABOUT_THE_FORM:
            raise
        form.refuse(refusal)
        return False
    return True


def attempt(request: HttpRequest, act: Callable[[], object], text: str, *, way_back: str = "") -> None:
    """Act without a form, and say what was done or why not; a POST to ``way_back`` takes it back."""
    try:
        act()
    except Refusal as refusal:
        if refusal.code in _NOT_ABOUT_THE_FORM:
            raise
        messages.error(request, refusal.text)
    else:
        messages.success(request, text, extra_tags=way_back)


def is_part(request: HttpRequest) -> bool:
    """htmx asks for a fragment, not for a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page with ``section`` current in the navigation; 422 when its form says what is wrong.

    ``rail`` True in the context: the narrow navigation. What stands around is no business of the page: its template
    extends ``staff/frame.html``, which the desk provides with its context.
    """
    form = context.get("form")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.is_bound and form.errors else HTTPStatus.OK
    return render(request, template, {"section": "", **context}, status=status)


def done(request: HttpRequest, text: str, to: str, *args: object) -> HttpResponse:
    """Say what was done and go on."""
    messages.success(request, text)
    return redirect(to, *args)


def sorry(request: HttpRequest, refusal: Refusal, to: str, *args: object) -> HttpResponse:
    """Say why nothing was done and go back to what is true now."""
    messages.error(request, refusal.text)
    return redirect(to, *args)


type Step[M: Model] = Callable[[HttpRequest, M, Actor], tuple[str, str]]
"""One step in the life of a row: does it, and answers with what was done and with the page that follows."""


def take_step[M: Model](
    request: HttpRequest, steps: Mapping[str, Step[M]], row: M, *, back: Callable[[Refusal], str]
) -> HttpResponse:
    """The step that a form names (``do``). A rule that says no is told on the page to which ``back`` leads.

    Pages are routes that take the row's id. Raises ``Refusal('not_found')`` for a step that is none.
    """
    step, pk = steps.get(request.POST.get("do", "")), row.pk
    if step is None:
        raise Refusal("not_found", _("This is no longer here."))
    try:
        told, page = step(request, row, actor_of(request))
    except Refusal as refusal:
        if refusal.code == "not_allowed":
            raise
        return sorry(request, refusal, back(refusal), pk)
    return done(request, told, page, *([pk] if row.pk is not None else []))


def rows_page(request: HttpRequest, table: Table, *, back: str, section: str, actor: Actor) -> HttpResponse:
    """A table on a page of its own, the first 200 rows; a POST takes all of it out as ``file`` (csv or xlsx).

    The caller has asked whether the actor may see these rows. ``back``: the page of the figure.
    """
    if request.method == "POST":
        file = request.POST.get("file", "")
        return take_out(table=table, file=file if file in FILES else FILES[0], actor=actor)
    hidden = max(len(table.rows) - SHOWN_ROWS, 0)
    context = {
        "section": section, "table": replace(table, rows=table.rows[:SHOWN_ROWS]), "hidden": hidden, "back": back,
        "address": request.get_full_path(), "most": MOST_ROWS,
    }  # fmt: skip
    return shown(request, "staff/rows.html", context)
