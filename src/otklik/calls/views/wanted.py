"""«Call me»: a visitor chooses an hour and reads, in the same breath, when we call and who does."""

import secrets
from datetime import timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.calls.actions import Wish, ask_for_call
from otklik.calls.forms import CallMeForm, slot_words
from otklik.calls.queries import asked_in, call_me_slots
from otklik.calls.slots import Slot
from otklik.cases.queries import case_by_link, case_link
from otklik.foundation.errors import Refusal
from otklik.foundation.http.limits import TooOften, client_address, count_one
from otklik.foundation.policies import policy
from otklik.foundation.zones import zone_named, zone_words
from otklik.team.queries import face_url, first_team

_MOST, _WITHIN = 10, timedelta(hours=1)


@require_http_methods(["GET", "HEAD", "POST"])
def call_me(request: HttpRequest) -> HttpResponse:
    """The form; sent, it is a case with an owner and a promised call."""
    zone = _zone()
    with timezone.override(zone):
        free = call_me_slots() if policy("calls.slot_days") else []
        is_sent = request.method == "POST"
        form = CallMeForm(request.POST, free=free) if is_sent else CallMeForm(free=free, initial=_once())
        if is_sent and form.is_valid() and (link := _ask(request, form)):
            return redirect("call:promised", link=link)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if is_sent else HTTPStatus.OK
        context = {"form": form, "has_hours": bool(free), "zone": zone_words(zone, at=timezone.now(), is_yours=False)}
        return _private(render(request, "calls/call_me.html", context, status=status))


def _zone() -> ZoneInfo:
    """By whose clock hours are offered: that of the team that calls."""
    return zone_named(first_team().working_time.time_zone) or ZoneInfo("UTC")


def _once() -> dict[str, str]:
    return {"once": secrets.token_urlsafe(16)}


def _ask(request: HttpRequest, form: CallMeForm) -> str:
    """The link of what was promised; '' when a rule says no, which then stands in the form."""
    typed = form.cleaned_data
    try:
        count_one("calls.call_me", client_address(request), most=_MOST, within=_WITHIN)
        case = ask_for_call(wish=Wish(**typed))
    except TooOften as refusal:
        form.refuse({}, refusal.text)
        return ""
    except Refusal as refusal:
        form.refuse(dict(refusal.fields), refusal.text)
        return ""
    return case_link(case)


@require_safe
def promised(request: HttpRequest, link: str) -> HttpResponse:
    """When we call, who does, and where it can be read again."""
    case, _typed_in = case_by_link(link)
    row = asked_in(case)
    if row is None or row.slot_from is None:
        raise Refusal("not_found", _("This is no longer here."))
    zone = _zone()
    with timezone.override(zone):
        context = {
            "case": case,
            "row": row,
            "hours": slot_words(Slot(start=row.slot_from)),
            "zone": zone_words(zone, at=row.slot_from, is_yours=False),
            "photo": face_url(case.owner),
            "link": link,
        }
        return _private(render(request, "calls/promised.html", context))


def _private(answer: HttpResponse) -> HttpResponse:
    add_never_cache_headers(answer)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
