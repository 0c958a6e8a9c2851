"""Working time: the hours in which promises count."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import Row, form_page, list_page, one
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.zones import zone_label
from otklik.team.actions import set_working_time
from otklik.team.forms.working_time import WorkingTimeForm
from otklik.team.models import WorkingTime


@require_GET
@staff("team.edit")
def calendars(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("team:calendar-edit", args=[row.pk]),
            about=zone_label(row.time_zone, at=timezone.now()),
        )
        for row in WorkingTime.objects.order_by("name")
    ]
    about = _("Promises count only working minutes of the team that keeps them.")
    return list_page(request, "team:calendars", _("Working time"), rows, about=about, new=reverse("team:calendar-new"))


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def calendar(request: HttpRequest, calendar_id: int | None = None) -> HttpResponse:
    row = one(WorkingTime, calendar_id)
    form = WorkingTimeForm(request.POST or None, calendar=row)

    def act(_cleaned: dict[str, Any]) -> None:
        set_working_time(**form.values(), calendar=row, actor=actor_of(request))

    about = _("Hours like 9:00-13:00, 14:00-18:00. An empty day is free.")
    return form_page(request, form, "team:calendars", row.name if row else _("New calendar"), act, about=about)
