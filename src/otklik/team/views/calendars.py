"""Working time: the hours in which promises count, with its year as a picture."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.pages import GET_OR_POST, do, done
from otklik.foundation.http.setting_pages import Row, list_page, one, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.zones import zone_label
from otklik.team.actions import set_working_time
from otklik.team.forms.working_time import AskedForm, WorkingTimeForm
from otklik.team.models import WorkingTime
from otklik.team.working_time import OFFICE, add_working
from otklik.team.year import year_of

_FRIDAY = 4
_HALF_PAST_FIVE = time(17, 30)
_FOUR_HOURS = 240


@require_GET
@staff("team.edit")
def calendars(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("team:calendar-edit", args=[row.pk]),
            about=zone_label(row.time_zone, at=timezone.now()),
        )
        for row in WorkingTime.objects.order_by(ByName())
    ]
    about = _("Promises count only working minutes of the team that keeps them.")
    return list_page(request, "team:calendars", _("Working time"), rows, about=about, new=reverse("team:calendar-new"))


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def calendar(request: HttpRequest, calendar_id: int | None = None) -> HttpResponse:
    row = one(WorkingTime, calendar_id)
    form = WorkingTimeForm(request.POST or None, calendar=row)
    saved: list[WorkingTime] = []

    def act(_cleaned: dict[str, Any]) -> None:
        saved.append(set_working_time(**form.values(), calendar=row, actor=actor_of(request)))

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved. Running promises are counted anew."), "team:calendar-edit", saved[0].pk)
    drawn = _as_typed(form) if form.is_bound else None
    context = {
        "form": form,
        "title": row.name if row else _("New calendar"),
        "back": reverse("team:calendars"),
        "about": _("Hours like 9:00-13:00, 14:00-18:00. An empty day is free; a night goes over two days until 24:00."),
        "address": reverse("team:calendar-shown", args=[row.pk]) if row else reverse("team:calendar-shown-new"),
        "teams": row.team_set.order_by(ByName()) if row else (),
        "asked": AskedForm(initial=_asked(request.GET, drawn or _saved(row))),
        **_picture(drawn or _saved(row), request.GET, is_saved=form.is_bound and drawn is None),
    }
    return settings_page(request, "team/calendar.html", "team:calendars", **context)


@require_POST
@staff("team.edit")
def shown_as_typed(request: HttpRequest, calendar_id: int | None = None) -> HttpResponse:
    """The picture of what is typed and not saved; of what was saved while it cannot be read."""
    row = one(WorkingTime, calendar_id)
    drawn = _as_typed(WorkingTimeForm(request.POST, calendar=row))
    picture = _picture(drawn or _saved(row), request.POST, is_saved=drawn is None)
    return render(request, "team/calendar_year.html", picture)


def _saved(row: WorkingTime | None) -> WorkingTime:
    return row or WorkingTime(name="", time_zone="Europe/Moscow", week=OFFICE, country="RU")


def _as_typed(form: WorkingTimeForm) -> WorkingTime | None:
    """Only to be looked at; None when something cannot be read. A name may be missing."""
    form.is_valid()
    if set(form.errors) - {"name"}:
        return None
    form.cleaned_data.setdefault("name", "")
    return WorkingTime(**form.values())


def _asked(given: QueryDict, drawn: WorkingTime) -> dict[str, Any]:
    """What is asked for, each part of it or else: a letter next Friday at half past five, within four hours."""
    form = AskedForm(given)
    form.is_valid()
    known = form.cleaned_data
    today = timezone.now().astimezone(ZoneInfo(drawn.time_zone)).date()
    friday = today + timedelta(days=(_FRIDAY - today.weekday()) % 7 or 7)
    at = known["at"].replace(tzinfo=None) if "at" in known else datetime.combine(friday, _HALF_PAST_FIVE)
    return {"at": at, "minutes": known.get("minutes", _FOUR_HOURS), "year": known.get("year", today.year)}


def _picture(drawn: WorkingTime, given: QueryDict, *, is_saved: bool) -> dict[str, Any]:
    asked = _asked(given, drawn)
    zone = ZoneInfo(drawn.time_zone)
    came = asked["at"].replace(tzinfo=zone)
    by = add_working(came, asked["minutes"], drawn).astimezone(zone)
    return {
        "year": year_of(drawn, drawn.names, asked["year"]),
        "came": _moment(came),
        "by": _moment(by),
        "is_saved": is_saved,
    }


def _moment(local: datetime) -> str:
    """«пятница, 4 декабря, 17:30», by the clocks of the calendar."""
    day = date_format(local, "l, j E" if get_language() == "ru" else "l, j F")
    return f"{day.lower() if get_language() == 'ru' else day}, {local:%H:%M}"
