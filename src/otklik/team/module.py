"""What the app of the team brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import ADMINS, LEADS
from otklik.foundation.manifest import Coded, Every, Module, Named, Page, Policy, Section, SettingsPage
from otklik.foundation.sentences import by_code, called
from otklik.team.actions.managers import forget_manager
from otklik.team.clock import see_who_is_back
from otklik.team.models import Team, WorkingTime
from otklik.team.queries import agent_names, manager_kept

MODULE = Module(
    name="team",
    permissions={"team.see": LEADS, "team.edit": ADMINS, "team.appoint": LEADS},
    policies=(
        Policy(
            name="security.require_second_factor",
            default=False,
            label=pgettext_lazy("what was changed", "two-step log-in for everybody"),
        ),
    ),
    settings=(
        SettingsPage(
            route="team:teams",
            label=_("Teams"),
            icon="users-group",
            permission="team.edit",
            place=40,
            about=_("Who works with whom, and who leads."),
            section=Section.PEOPLE,
        ),
        SettingsPage(
            route="team:calendars",
            label=_("Working time"),
            icon="calendar-time",
            permission="team.edit",
            place=50,
            about=_("Hours and days off; promises count only working minutes."),
            section=Section.PEOPLE,
        ),
        SettingsPage(
            route="team:agents",
            label=_("People at the desk"),
            icon="headset",
            permission="team.edit",
            place=60,
            about=_("Who may work here, and what each may do and see."),
            section=Section.PEOPLE,
        ),
        SettingsPage(
            route="team:tokens",
            label=_("API tokens"),
            icon="key",
            permission="team.edit",
            place=120,
            about=_("Keys for your own programs."),
            section=Section.FOOT,
        ),
    ),
    pages=(Page(route="team:me", label=_("My account"), icon="user"),),
    sentences={
        "team.agent_joined": gettext_noop("%(agent)s joined the desk"),
        "team.agent_came": gettext_noop("%(agent)s stood at the desk for the first time"),
        "team.invitation_failed": gettext_noop("The invitation did not reach %(agent)s"),
        "team.agent_invited": gettext_noop("%(agent)s was sent a link to choose a password"),
        "team.login_changed": gettext_noop("The log-in of %(agent)s was changed: %(login)s"),
        "team.reset_asked": gettext_noop("A letter for a new password was asked for %(agent)s"),
        "team.agent_changed": gettext_noop("%(agent)s was changed: %(fields)s"),
        "team.agent_went_away": gettext_noop("%(agent)s went away"),
        "team.day_ended": gettext_noop("%(agent)s has ended the day"),
        "team.agent_paused": gettext_noop("%(agent)s makes a short pause"),
        "team.agent_came_back": gettext_noop("%(agent)s came back"),
        "team.manager_named": gettext_noop("%(agent)s is the customer's personal manager now"),
        "team.manager_released": gettext_noop("%(agent)s is the customer's personal manager no more"),
        "team.organizations_manager_named": gettext_noop("%(agent)s is the personal manager of “%(organization)s” now"),
        "team.organizations_manager_released": gettext_noop(
            "%(agent)s is the personal manager of “%(organization)s” no more"
        ),
        "team.team_changed": gettext_noop("Team “%(team)s” was changed: %(fields)s"),
        "team.working_time_changed": gettext_noop("Working time “%(calendar)s” was changed: %(fields)s"),
        "team.token_created": gettext_noop("An API token was made for %(agent)s"),
        "team.token_revoked": gettext_noop("An API token of %(agent)s was revoked"),
    },
    names=(
        Named(word="agent", key="agent_id", names=agent_names),
        Named(word="team", key="team_id", names=called(Team)),
        Named(word="calendar", key="working_time_id", names=called(WorkingTime)),
    ),
    codes=(
        Coded(
            word="login",
            key="what",
            means=by_code(
                {
                    "password_changed": pgettext_lazy("what an event tells", "a new password"),
                    "password_reset": pgettext_lazy("what an event tells", "a new password by a link from a letter"),
                    "totp_activated": pgettext_lazy("what an event tells", "an app with codes was connected"),
                    "totp_deactivated": pgettext_lazy("what an event tells", "the app with codes was disconnected"),
                    "recovery_codes_generated": pgettext_lazy("what an event tells", "new spare codes"),
                    "webauthn_added": pgettext_lazy("what an event tells", "a passkey was added"),
                    "webauthn_removed": pgettext_lazy("what an event tells", "a passkey was removed"),
                }
            ),
        ),
    ),
    fields={
        "country": pgettext_lazy("what was changed", "whose holidays hold"),
        "exceptions": pgettext_lazy("what was changed", "days that differ"),
        "names": pgettext_lazy("what was changed", "what days that differ are called"),
        "is_first": pgettext_lazy("what was changed", "whether it takes what no inbox assigns"),
        "members": pgettext_lazy("what was changed", "people"),
        "photo": pgettext_lazy("what was changed", "photo"),
        "portrait": pgettext_lazy("what was changed", "portrait"),
        "role": pgettext_lazy("what was changed", "role"),
        "sight": pgettext_lazy("what was changed", "whose cases they see"),
        "signature": pgettext_lazy("what was changed", "signature"),
        "skills": pgettext_lazy("what was changed", "skills"),
        "most_open": pgettext_lazy("what was changed", "open cases at most"),
        "team": pgettext_lazy("what was changed", "team"),
        "week": pgettext_lazy("what was changed", "hours of the week"),
        "working_time": pgettext_lazy("what was changed", "working time"),
        "writes_markdown": pgettext_lazy("what was changed", "way of writing answers"),
    },
    clock=(Every(minutes=1, run=see_who_is_back),),
    export=manager_kept,
    erase=forget_manager,
    api="otklik.team.api.router",
    demo="otklik.team.demo.deeds",
    urls="otklik.team.urls",
)
