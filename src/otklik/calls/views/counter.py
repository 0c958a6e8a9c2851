"""The counter: a tablet, or one's own phone by the QR code. It clears itself and keeps nothing of what was typed."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from otklik.calls.actions import call_somebody
from otklik.calls.forms import AskHereForm
from otklik.calls.models import Counter
from otklik.calls.queries import counter_by_mark, counters, here_at, usual_wait, walk_in_by_key
from otklik.foundation.errors import Refusal
from otklik.foundation.http.limits import TooOften, client_address, count_one
from otklik.foundation.policies import policy
from otklik.team.queries import face_url
from otklik.ui.qr import qr_path

_MOST, _WITHIN = 300, timedelta(minutes=10)
"""From one network: enough for a busy counter."""


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The only counter, or which one; nothing stands here that was not put up to be seen."""
    rows = [row for row in counters() if row.is_open]
    if len(rows) == 1:
        return redirect("call:counter", mark=rows[0].mark)
    return _private(render(request, "calls/counters.html", {"counters": rows}))


@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest, mark: str) -> HttpResponse:
    """One question; sent, staff see it at once."""
    row = counter_by_mark(mark)
    is_sent = request.method == "POST"
    form = AskHereForm(request.POST if is_sent else None, topics=row.topics)
    if is_sent and form.is_valid() and (key := _call(request, row, form)):
        return redirect("call:waiting", mark=mark, key=key)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_sent else HTTPStatus.OK
    return _private(render(request, "calls/counter.html", {**_around(row), "form": form}, status=status))


def _call(request: HttpRequest, row: Counter, form: AskHereForm) -> str:
    """The word of the page that says who comes; '' when a rule says no, which then stands in the form."""
    try:
        count_one("calls.counter", client_address(request), most=_MOST, within=_WITHIN)
        return call_somebody(counter=row, **form.cleaned_data).key
    except TooOften as refusal:
        form.refuse({}, refusal.text)
    except Refusal as refusal:
        form.refuse(dict(refusal.fields), refusal.text)
    return ""


@require_safe
def waiting(request: HttpRequest, mark: str, key: str) -> HttpResponse:
    """Who comes and by when; asked again by the page while nobody has seen it."""
    row = counter_by_mark(mark)
    walk_in = walk_in_by_key(row, key)
    context = {
        **_around(row),
        "walk_in": walk_in,
        "by": walk_in.at + timedelta(minutes=int(policy("calls.counter_minutes"))),
        "photo": face_url(walk_in.agent) if walk_in.agent else "",
    }
    is_part = request.headers.get("X-Requested-With") == "otk-counter"
    return _private(render(request, "calls/who_comes.html" if is_part else "calls/waiting.html", context))


def _around(row: Counter) -> dict[str, Any]:
    here = here_at(row)
    path, size = qr_path(settings.BASE_URL + reverse("call:counter", args=[row.mark]))
    return {
        "counter": row,
        "here": {"agent": here[0], "photo": face_url(here[0])} if here else None,
        "wait": usual_wait(row),
        "path": path,
        "size": size,
    }


def _private(answer: HttpResponse) -> HttpResponse:
    add_never_cache_headers(answer)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
