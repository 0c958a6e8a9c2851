"""Addresses under ``/desk/``: one's own account, people, teams, working time, tokens."""

from django.urls import path

from otklik.team.views import agents, calendars, managers, me, teams, tokens

app_name = "team"
urlpatterns = [
    path("me/", me.me, name="me"),
    path("me/writing", me.writing, name="me-writing"),
    path("me/away", me.away, name="me-away"),
    path("me/pause", me.pause, name="me-pause"),
    path("me/day-over", me.day_over, name="me-day-over"),
    path("me/back", me.back, name="me-back"),
    path("customers/<int:customer_id>/manager", managers.of_customer, name="customer-manager"),
    path("organizations/<int:organization_id>/manager", managers.of_organization, name="organization-manager"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new", teams.team, name="team-new"),
    path("settings/teams/<int:team_id>", teams.team, name="team-edit"),
    path("settings/calendars/", calendars.calendars, name="calendars"),
    path("settings/calendars/new", calendars.calendar, name="calendar-new"),
    path("settings/calendars/<int:calendar_id>", calendars.calendar, name="calendar-edit"),
    path("settings/calendars/shown", calendars.shown_as_typed, name="calendar-shown-new"),
    path("settings/calendars/<int:calendar_id>/shown", calendars.shown_as_typed, name="calendar-shown"),
    path("settings/agents/", agents.agents, name="agents"),
    path("settings/agents/new", agents.new_agent, name="agent-new"),
    path("settings/agents/<int:agent_id>", agents.agent, name="agent-edit"),
    path("settings/agents/<int:agent_id>/invite", agents.invite, name="agent-invite"),
    path("settings/agents/<int:agent_id>/return", agents.take_back, name="agent-return"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/new", tokens.new_token, name="token-new"),
    path("settings/tokens/<int:token_id>/revoke", tokens.revoke, name="token-revoke"),
]
