"""Who takes over from somebody who leaves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import DeskForm
from otklik.team.models import Agent
from otklik.team.queries import serving


class LetGoForm(DeskForm):
    to = forms.ModelChoiceField(
        label=_("Who takes over the unfinished cases"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("Not chosen"),
    )

    by_rules = forms.BooleanField(
        label=_("Let each case find its owner like a new one"), required=False,
        help_text=_("Who served the customer before, their manager, by skill, by load. Nobody need be chosen above."),
    )  # fmt: skip

    def __init__(self, *args: Any, agent: Agent, **options: Any) -> None:
        super().__init__(*args, **options)
        others = serving().exclude(pk=agent.pk).order_by(ByName())
        self.fields["to"].queryset = others  # type: ignore[attr-defined]
