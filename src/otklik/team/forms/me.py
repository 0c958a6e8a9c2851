"""Forms of one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import LANGUAGES, DeskForm, TimeZoneField
from otklik.team.models import Agent
from otklik.team.queries import serving


def minutes_words(minutes: int) -> Any:
    return ngettext_lazy("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


_AREA = {"rows": 5}


class MeForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Customers see it in letters."))
    photo = forms.ImageField(label=_("Photo"), required=False)
    signature = forms.CharField(
        label=_("Signature"), required=False, max_length=1000, widget=forms.Textarea(attrs=_AREA),
        help_text=_("Stands below each of your answers to customers."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the desk"), choices=LANGUAGES)
    time_zone = TimeZoneField()
    writes_markdown = forms.BooleanField(
        label=_("I write answers in Markdown"), required=False,
        help_text=_("Otherwise you write them as the customer will see them."),
    )  # fmt: skip
    deputy = forms.ModelChoiceField(
        label=_("Deputy while away"), queryset=Agent.objects.none(), required=False, empty_label=_("Not chosen")
    )

    def __init__(self, *args: Any, agent: Agent, **options: Any) -> None:
        names = ("name", "signature", "language", "time_zone", "writes_markdown")
        initial = {name: getattr(agent, name) for name in names} | {"deputy": agent.deputy_id}
        super().__init__(*args, **options | {"initial": initial})
        others = Agent.objects.filter(is_active=True).exclude(pk=agent.pk).order_by(ByName())
        self.fields["deputy"].queryset = others  # type: ignore[attr-defined]


class PauseForm(DeskForm):
    minutes = forms.TypedChoiceField(
        label=_("How long"), coerce=int, initial=15, choices=[(one, minutes_words(one)) for one in (5, 10, 15, 30, 60)]
    )


class DayOverForm(DeskForm):
    """The end of a day; a deputy who is named here stays the deputy."""

    deputy = forms.ModelChoiceField(
        label=_("Who answers meanwhile"), queryset=Agent.objects.none(), required=False,
        empty_label=_("A colleague who is here"),
    )  # fmt: skip

    def __init__(self, *args: Any, agent: Agent, **options: Any) -> None:
        super().__init__(*args, **options | {"initial": {"deputy": agent.deputy_id}})
        others = serving().exclude(pk=agent.pk).order_by(ByName())
        self.fields["deputy"].queryset = others  # type: ignore[attr-defined]


class AwayForm(DayOverForm):
    until = forms.DateTimeField(
        label=_("Back on"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], help_text=_("Leave it empty if it is not known."),
    )  # fmt: skip

    field_order = ("until", "deputy")
