"""What one agent must know at once, until they have seen it."""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.cases.actions import see_alerts
from otklik.cases.alerts import told
from otklik.cases.queries import alerts_of, case_by_number
from otklik.foundation.http.pages import done, shown
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.in_use import is_in_use
from otklik.knowledge.authoring import for_me

PAGE = 50
_NUMBER = re.compile("[0-9]{1,17}")


@require_GET
@staff()
def alerts(request: HttpRequest) -> HttpResponse:
    """Unseen alerts, newest first; ``?all=1`` shows those already seen."""
    actor, is_all = actor_of(request), "all" in request.GET
    rows = alerts_of(actor) if is_all else alerts_of(actor).filter(seen_at=None)
    if request.GET.get("after"):
        rows = rows.filter(pk__lt=number_after(request.GET["after"]))
    page = page_of(list(rows[: PAGE + 1]), size=PAGE, key=lambda row: [row.pk])
    context = {
        "section": "alerts",
        "articles_waiting": for_me(actor).count() if is_in_use("knowledge") else 0,
        "rows": [told(row) for row in page.items],
        "next": page.next,
        "is_all": is_all,
    }
    return shown(request, "cases/alerts.html", context)


@require_POST
@staff()
def seen(request: HttpRequest) -> HttpResponse:
    """Of one case (``case``), one alone (``alert``), or all."""
    actor, number, alone = actor_of(request), request.POST.get("case", ""), request.POST.get("alert", "")
    see_alerts(
        actor=actor,
        case=case_by_number(int(number), actor=actor) if _NUMBER.fullmatch(number) else None,
        alert_id=int(alone) if _NUMBER.fullmatch(alone) else None,
    )
    return done(request, _("Seen."), "cases:alerts")
