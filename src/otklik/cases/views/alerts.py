"""What one agent must know at once, until they have seen it."""

import re

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.cases.actions import see_alerts, unsee_alert
from otklik.cases.alerts import told
from otklik.cases.models import Alert
from otklik.cases.queries import alerts_of, case_by_number
from otklik.foundation.actors import Actor
from otklik.foundation.http.bulk import MOST_AT_ONCE, Bulk, Deed, numbers, way_back
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.pages import shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.in_use import is_in_use
from otklik.knowledge.authoring import for_me

ALERTS = Listing(
    template="cases/alerts.html",
    order="what must be known at once: the newest comes first",
    live="cases.alerts",
)
_NUMBER = re.compile("[0-9]{1,17}")


def _rows(actor: Actor, view: QueryDict) -> QuerySet[Alert]:
    return alerts_of(actor) if "all" in view else alerts_of(actor).filter(seen_at=None)


MANY: Bulk[Alert] = Bulk(
    home="cases:alerts",
    route="cases:alerts-bulk",
    rows=lambda actor, view: map(str, _rows(actor, view).values_list("pk", flat=True)),
    chosen=lambda actor, keys: {str(row.pk): row for row in alerts_of(actor).filter(pk__in=numbers(keys))},
    named=lambda row: told(row).called,
    offered=lambda _actor, view: {"seen", "not_seen"} if "all" in view else {"seen"},
    deeds=(
        Deed(
            name="seen",
            label=pgettext_lazy("button", "Seen"),
            icon="check",
            act=lambda row, actor, _wishes: see_alerts(actor=actor, alert_id=row.pk),
            told=lambda count: ngettext("%(count)d alert is seen", "%(count)d alerts are seen", count),
            back=lambda row, actor, _was: unsee_alert(actor=actor, alert_id=row.pk),
        ),
        Deed(
            name="not_seen",
            label=_("Tell me again"),
            icon="bell",
            act=lambda row, actor, _wishes: unsee_alert(actor=actor, alert_id=row.pk),
            told=lambda count: ngettext(
                "%(count)d alert stands among the unseen again", "%(count)d alerts stand among the unseen again", count
            ),
            back=lambda row, actor, _was: see_alerts(actor=actor, alert_id=row.pk),
        ),
    ),
)


@require_http_methods(["GET", "POST"])
@staff()
def many(request: HttpRequest) -> HttpResponse:
    """The ticked alerts, or all of the list: seen, or to be told again."""
    return MANY.answer(request)


@require_GET
@staff()
def alerts(request: HttpRequest) -> HttpResponse:
    """Unseen alerts, newest first; ``?all=1`` shows those already seen."""
    actor, is_all = actor_of(request), "all" in request.GET
    page = ALERTS.page(request, _rows(actor, request.GET))
    context = {
        "section": "alerts",
        "articles_waiting": for_me(actor).count() if is_in_use("knowledge") else 0,
        **page,
        "rows": [told(row) for row in page["rows"]],
        "is_all": is_all,
        "bulk": MANY.bar(request),
    }
    return shown(request, ALERTS.template, context)


@require_POST
@staff()
def seen(request: HttpRequest) -> HttpResponse:
    """Of one case (``case``), one alone (``alert``), or all; one press takes it back."""
    actor, number, alone = actor_of(request), request.POST.get("case", ""), request.POST.get("alert", "")
    seen = see_alerts(
        actor=actor,
        case=case_by_number(int(number), actor=actor) if _NUMBER.fullmatch(number) else None,
        alert_id=int(alone) if _NUMBER.fullmatch(alone) else None,
    )
    way = way_back(MANY.route, "seen", {str(pk): None for pk in seen[:MOST_AT_ONCE]}) if seen else ""
    messages.success(request, gettext("Seen."), extra_tags=way)
    return redirect("cases:alerts")
