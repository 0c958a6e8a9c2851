"""What one agent must know at once, until they have seen it."""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.cases.actions import see_alerts
from otklik.cases.alerts import told
from otklik.cases.queries import alerts_of, case_by_number
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.pages import done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.in_use import is_in_use
from otklik.knowledge.authoring import for_me

ALERTS = Listing(template="cases/alerts.html", order="what must be known at once: the newest comes first")
_NUMBER = re.compile("[0-9]{1,17}")


@require_GET
@staff()
def alerts(request: HttpRequest) -> HttpResponse:
    """Unseen alerts, newest first; ``?all=1`` shows those already seen."""
    actor, is_all = actor_of(request), "all" in request.GET
    rows = alerts_of(actor) if is_all else alerts_of(actor).filter(seen_at=None)
    page = ALERTS.page(request, rows)
    context = {
        "section": "alerts",
        "articles_waiting": for_me(actor).count() if is_in_use("knowledge") else 0,
        **page,
        "rows": [told(row) for row in page["rows"]],
        "is_all": is_all,
    }
    return shown(request, ALERTS.template, context)


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
