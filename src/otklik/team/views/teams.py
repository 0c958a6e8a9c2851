"""Teams: who belongs to them, who leads, and when they work."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.pages import GET_OR_POST
from otklik.foundation.http.setting_pages import Row, form_page, list_page, one
from otklik.foundation.http.staff import actor_of, staff
from otklik.team.actions import edit_team, found_team, join_team, leave_team
from otklik.team.forms.people import TeamForm
from otklik.team.models import Agent, Team


# ── Teams and working time ────────────────────────────────────────────────────────────────
@require_GET
@staff("team.edit")
def teams(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=team.name,
            url=reverse("team:team-edit", args=[team.pk]),
            about=team.working_time.name,
            badge=_("Takes what no inbox assigns") if team.is_first else "",
        )
        for team in Team.objects.select_related("working_time").order_by(ByName())
    ]
    return list_page(request, "team:teams", _("Teams"), rows, new=reverse("team:team-new"))


@require_http_methods(GET_OR_POST)
@staff("team.edit")
def team(request: HttpRequest, team_id: int | None = None) -> HttpResponse:
    row = one(Team, team_id)
    form = TeamForm(request.POST or None, initial=_team_initial(row))

    def act(cleaned: dict[str, Any]) -> None:
        actor = actor_of(request)
        made = row or found_team(name=cleaned["name"], working_time=cleaned["working_time"], actor=actor)
        is_first = cleaned["is_first"] or (row is None and made.is_first)
        made = edit_team(
            team=made, name=cleaned["name"], working_time=cleaned["working_time"], is_first=is_first, actor=actor
        )
        chosen = {agent.pk: agent for agent in (*cleaned["members"], *cleaned["leads"])}
        leads = {agent.pk for agent in cleaned["leads"]}
        for agent in Agent.objects.filter(memberships__team=made).exclude(pk__in=chosen):
            leave_team(agent=agent, team=made, actor=actor)
        for pk, agent in chosen.items():
            join_team(agent=agent, team=made, actor=actor, is_lead=pk in leads)

    after = {"template_after": "team/team_after.html", "calendar": row.working_time} if row else {}
    return form_page(request, form, "team:teams", row.name if row else _("New team"), act, **after)


def _team_initial(row: Team | None) -> dict[str, Any]:
    if row is None:
        return {}
    members = list(row.memberships.values_list("agent_id", "is_lead"))
    return {
        "name": row.name, "working_time": row.working_time_id, "is_first": row.is_first,
        "members": [pk for pk, _lead in members], "leads": [pk for pk, is_lead in members if is_lead],
    }  # fmt: skip
