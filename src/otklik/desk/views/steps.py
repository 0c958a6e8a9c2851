"""The page of the first steps: what a new house still needs, checked off by what really happened."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from otklik.desk.first_steps import PUT_AWAY, first_steps, put_away, say_always_open
from otklik.foundation.http.setting_pages import settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.policies import policy


@require_http_methods(["GET", "POST"])
@staff("settings.edit")
def steps(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _said(request, request.POST.get("do", ""))
    rows = first_steps()
    done = sum(step.is_done for step in rows)
    context = {
        "rows": rows,
        "next": next((step.name for step in rows if not step.is_done), ""),
        "done": done,
        "is_whole": done == len(rows),
        "is_away": bool(policy(PUT_AWAY)),
    }
    return settings_page(request, "desk/first_steps.html", "desk:steps", **context)


def _said(request: HttpRequest, what: str) -> HttpResponse:
    """What was pressed: the hours are right as they are, or the list goes away or comes back."""
    if what == "always-open":
        say_always_open(actor=actor_of(request))
    elif what in {"put-away", "show-again"}:
        put_away(is_away=what == "put-away", actor=actor_of(request))
    return redirect("desk:steps")
