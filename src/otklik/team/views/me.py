"""My own account: face, signature, language, time, deputy, and being away."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.foundation.http.pages import do, done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.team.actions import come_back, edit_agent, go_away
from otklik.team.actions.presence import end_day, take_pause
from otklik.team.forms.me import AwayForm, DayOverForm, MeForm, PauseForm
from otklik.team.login import has_second_factor, me_of
from otklik.team.models import Agent
from otklik.team.photos import keep_photo
from otklik.team.queries import face_url


@require_http_methods(["GET", "POST"])
@staff()
def me(request: HttpRequest) -> HttpResponse:
    row = me_of(request)
    form = MeForm(request.POST or None, request.FILES or None, agent=row)

    def act(cleaned: dict[str, Any]) -> None:
        changes = {name: value for name, value in cleaned.items() if name != "photo"}
        if cleaned["photo"]:
            changes["photo"] = keep_photo(cleaned["photo"].read())
        edit_agent(agent=Agent.objects.get(pk=row.pk), actor=actor_of(request), changes=changes)

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "team:me")
    return shown(request, "team/me.html", _context(row, form=form, me_form=form))


def _context(row: Agent, **forms: Any) -> dict[str, Any]:
    about = {"agent": row, "face": face_url(row), "has_second_factor": has_second_factor(row)}
    asked = {
        "me_form": MeForm(agent=row),
        "pause_form": PauseForm(auto_id="pause_%s"),
        "day_form": DayOverForm(agent=row, auto_id="day_%s"),
        "away_form": AwayForm(agent=row, auto_id="away_%s"),
    }
    return {"section": "me", "presence": row.presence(timezone.now()), **about, **asked, **forms}


@require_POST
@staff()
def writing(request: HttpRequest) -> HttpResponse:
    """On which side of the editor this person writes letters: as they will look, or in Markdown."""
    changes = {"writes_markdown": request.POST.get("is_visual") == "0"}
    edit_agent(agent=Agent.objects.get(pk=me_of(request).pk), actor=actor_of(request), changes=changes)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
@staff()
def away(request: HttpRequest) -> HttpResponse:
    """From now on the deputy answers."""
    row, actor = me_of(request), actor_of(request)
    form = AwayForm(request.POST, agent=row, auto_id="away_%s")

    def act(cleaned: dict[str, Any]) -> None:
        go_away(agent=row, actor=actor, until=cleaned["until"], deputy=cleaned["deputy"])

    if do(form, act):
        return done(request, _("You are away. Your deputy answers, and customers are told both names."), "team:me")
    return shown(request, "team/me.html", _context(me_of(request), form=form, away_form=form))


@require_POST
@staff()
def day_over(request: HttpRequest) -> HttpResponse:
    """Until the next working day somebody else answers."""
    row, actor = me_of(request), actor_of(request)
    form = DayOverForm(request.POST, agent=row, auto_id="day_%s")
    if do(form, lambda cleaned: end_day(agent=row, actor=actor, deputy=cleaned["deputy"])):
        return done(request, _("Your day is over. Have a good rest."), "team:me")
    return shown(request, "team/me.html", _context(me_of(request), form=form, day_form=form))


@require_POST
@staff()
def pause(request: HttpRequest) -> HttpResponse:
    """Some minutes without new customers."""
    row, actor = me_of(request), actor_of(request)
    form = PauseForm(request.POST, auto_id="pause_%s")
    if do(form, lambda cleaned: take_pause(agent=row, actor=actor, minutes=cleaned["minutes"])):
        return done(request, _("Have a good pause. No new cases come to you meanwhile."), "team:me")
    return shown(request, "team/me.html", _context(me_of(request), form=form, pause_form=form))


@require_POST
@staff()
def back(request: HttpRequest) -> HttpResponse:
    come_back(agent=me_of(request), actor=actor_of(request))
    return done(request, _("Welcome back. Your cases are yours again."), "team:me")
