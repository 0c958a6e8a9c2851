"""What rings and who waits, on whatever page one is; whom we owe a call; all calls."""

from http import HTTPStatus

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from otklik.calls.actions import go_to, let_go, not_for_me
from otklik.calls.queries import (
    call_backs,
    call_by_id,
    callers,
    calls_seen,
    owed,
    owner_of,
    promise_of,
    waiting_at_counters,
    walk_in_by_id,
)
from otklik.foundation.errors import Refusal
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import shown
from otklik.foundation.http.staff import actor_of, staff

OWED = Listing(
    template="calls/owed.html",
    order="whoever called last stands on top: they have the phone in their hand",
    live="calls.owed",
)
CALLS = Listing(
    template="calls/calls.html",
    columns=(Column(name="began", label=pgettext_lazy("call", "When"), by="pk", of=int, falls=True),),
    live="calls.calls",
)
"""By the key."""


@require_GET
@staff("calls.note")
def owed_page(request: HttpRequest) -> HttpResponse:
    """Calls that we owe, missed or asked for; ``?done=1``: those that were made."""
    actor, is_done = actor_of(request), "done" in request.GET
    rows = call_backs(actor).filter(done_at__isnull=False) if is_done else owed(actor)
    page = OWED.page(request, rows)
    now = timezone.now()
    told = [{"row": row, "vow": promise_of(row), "now": now} for row in page["rows"]]
    return shown(request, OWED.template, {"section": "calls", "is_done": is_done, **page, "rows": told})


@require_GET
@staff("calls.note")
def calls_page(request: HttpRequest) -> HttpResponse:
    """What exchanges have told, newest first, with what was recorded."""
    page = CALLS.page(request, calls_seen(actor_of(request)))
    rows = [{"call": row, "owner": owner_of(row.phone)} for row in page["rows"]]
    return shown(request, CALLS.template, {"section": "calls", **page, "rows": rows})


@require_GET
@staff("calls.note")
def recording(request: HttpRequest, call_id: int) -> HttpResponseBase:
    """To be heard in the page by whoever may see the call, and by nobody else."""
    row = call_by_id(call_id, actor=actor_of(request))
    if row.recording is None or not row.recording.content_type.startswith("audio/"):
        raise Refusal("not_found", _("This is no longer here."))
    answer = FileResponse(default_storage.open(row.recording.path), content_type=row.recording.content_type)
    answer["Content-Security-Policy"] = "default-src 'none'; media-src 'self'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


# ── On every page ─────────────────────────────────────────────────────────────────────────
@require_GET
@staff("calls.note")
def pop(request: HttpRequest) -> HttpResponse:
    """A fragment: who calls me now, and who waits at a counter of my teams."""
    actor, now = actor_of(request), timezone.now()
    context = {
        "callers": callers(actor.agent_id, actor, now=now),
        "walk_ins": waiting_at_counters(actor),
        "me": actor.agent_id,
    }
    return render(request, "calls/pop.html", context)


@require_POST
@staff("calls.note")
def not_me(request: HttpRequest, call_id: int) -> HttpResponse:
    actor = actor_of(request)
    not_for_me(call=call_by_id(call_id, actor=actor), actor=actor)
    return pop_again(request)


@require_POST
@staff("calls.note")
def go(request: HttpRequest, walk_in_id: int) -> HttpResponse:
    actor = actor_of(request)
    try:
        go_to(walk_in=walk_in_by_id(walk_in_id, actor=actor), actor=actor)
    except Refusal as refusal:
        if refusal.code != "somebody_goes":
            raise
        messages.info(request, refusal.text)
    return pop_again(request)


@require_POST
@staff("calls.note")
def gone(request: HttpRequest, walk_in_id: int) -> HttpResponse:
    actor = actor_of(request)
    let_go(walk_in=walk_in_by_id(walk_in_id, actor=actor), actor=actor)
    return pop_again(request)


def pop_again(request: HttpRequest) -> HttpResponse:
    """The fragment as it is now, or the page of calls for a browser without scripts."""
    if request.headers.get("X-Requested-With") == "otk-pops":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return redirect("calls:owed")
