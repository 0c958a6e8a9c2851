"""What is typed about absences."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import DeskForm
from otklik.team.models import Agent
from otklik.team.queries import serving


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


def _colleague(label: Any, empty: Any, *, is_required: bool = False) -> "forms.ModelChoiceField[Agent]":
    return forms.ModelChoiceField(label=label, queryset=Agent.objects.none(), required=is_required, empty_label=empty)


class AbsenceForm(DeskForm):
    agent = _colleague(_("Who"), _("Choose"), is_required=True)
    starts_at = _moment(pgettext_lazy("absence", "From"))
    ends_at = _moment(pgettext_lazy("absence", "Until"))
    deputy = _colleague(_("Who answers meanwhile"), _("A colleague who is here"))
    about = forms.CharField(
        label=_("Reason for it"), max_length=120, required=False, help_text=_("Holiday, a course, …")
    )

    def __init__(self, *args: Any, me: int, is_lead: bool, **options: Any) -> None:
        super().__init__(*args, **options | {"initial": {"agent": me}})
        people = serving().order_by(ByName())
        self.fields["deputy"].queryset = people  # type: ignore[attr-defined]
        self.fields["agent"].queryset = people if is_lead else people.filter(pk=me)  # type: ignore[attr-defined]


class PassForm(DeskForm):
    to = _colleague(_("New owner"), _("Choose"), is_required=True)
    summary = forms.CharField(
        label=_("What the next owner must know"),
        help_text=_("Prepared from the case: read it and add what is missing. The customer is told the new name."),
        widget=forms.Textarea(attrs={"rows": 9}),
        max_length=100_000,
    )

    def __init__(self, *args: Any, owner_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].queryset = serving().exclude(pk=owner_id).order_by(ByName())  # type: ignore[attr-defined]


class MoveForm(DeskForm):
    by = _moment(_("New time"))

    @staticmethod
    def at_moment(moment: datetime) -> dict[str, Any]:
        """What the form begins with."""
        return {"by": timezone.localtime(moment).replace(second=0, microsecond=0)}


class LeaveForm(DeskForm):
    because = forms.CharField(
        label=_("Why it stays as it is"),
        max_length=300,
        help_text=_("For example: I will answer before I go, or the deputy will write."),
    )
