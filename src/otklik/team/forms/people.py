"""Forms about the people at the desk, their teams and their programs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.foundation.actors import Role, Sight
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import DeskForm, LinesField
from otklik.team.models import Agent, Manager, WorkingTime
from otklik.team.queries import serving


class TeamForm(DeskForm):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    working_time = forms.ModelChoiceField(label=_("Working time"), queryset=WorkingTime.objects.order_by(ByName()))
    is_first = forms.BooleanField(label=_("Takes what no inbox assigns"), required=False)
    members = forms.ModelMultipleChoiceField(
        label=_("Who belongs to it"), queryset=Agent.objects.filter(is_active=True).order_by(ByName()),
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    leads = forms.ModelMultipleChoiceField(
        label=_("Who leads it and hears at once of a dissatisfied customer"),
        queryset=Agent.objects.filter(is_active=True).order_by(ByName()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class AgentForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Customers see it in letters."))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Role.AGENT, _("Agent: serves customers")),
            (Role.LEAD, _("Lead: sees figures and history")),
            (Role.ADMIN, _("Admin: changes settings")),
        ],
    )
    sight = forms.ChoiceField(
        label=_("Whose cases they see"),
        choices=[(Sight.OWN, _("Their own")), (Sight.TEAM, _("Of their teams")), (Sight.ALL, _("All"))],
    )
    deputy = forms.ModelChoiceField(
        label=_("Deputy while away"), queryset=Agent.objects.none(), required=False, empty_label=_("Not chosen")
    )
    skills = LinesField(
        label=_("Skills"),
        help_text=_("One per line, in the words of customers: refunds. A new case that names one comes to them first."),
    )
    most_open = forms.IntegerField(
        label=_("Open cases at most"), required=False, min_value=1, max_value=9999,
        help_text=_("With so many, new cases go to others, except from customers they know. Empty: no limit."),
    )  # fmt: skip
    photo = forms.ImageField(label=_("Photo"), required=False)

    def __init__(self, *args: Any, agent: Agent | None = None, **options: Any) -> None:
        names = ("name", "role", "sight", "skills", "most_open")
        initial = {name: getattr(agent, name) for name in names} | {"deputy": agent.deputy_id} if agent else {}
        super().__init__(*args, **options | {"initial": {"sight": Sight.TEAM} | initial})
        others = Agent.objects.filter(is_active=True).exclude(pk=agent.pk if agent else 0)
        self.fields["deputy"].queryset = others.order_by(ByName())  # type: ignore[attr-defined]


class NewAgentForm(DeskForm):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The name for logging in. The invitation goes there.")
    )
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Customers see it in letters."))
    role = AgentForm.base_fields["role"]
    sight = AgentForm.base_fields["sight"]


class ManagerForm(DeskForm):
    agent = forms.ModelChoiceField(
        label=_("Personal manager"), queryset=Agent.objects.none(), required=False, empty_label=_("Nobody"),
        help_text=_("New cases come to them, unless somebody else who is here served the customer last."),
    )  # fmt: skip

    def __init__(self, *args: Any, held: Manager | None, **options: Any) -> None:
        super().__init__(*args, **options | {"initial": {"agent": held.agent_id if held else None}})
        self.fields["agent"].queryset = serving().order_by(ByName())  # type: ignore[attr-defined]


class TokenForm(DeskForm):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    agent = forms.ModelChoiceField(label=_("Acts as"), queryset=Agent.objects.filter(is_active=True).order_by(ByName()))
