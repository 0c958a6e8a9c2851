"""Forms of the settings: company and rules, inboxes, teams, people, standards, templates, own facts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import PolicyForm


class HoursField(forms.CharField):
    """Hours after which we remind, in order: ``48, 96``."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        words = (super().clean(value) or "").replace(",", " ").split()
        if not all(word.isdecimal() and 0 < int(word) <= 8760 for word in words):  # noqa: PLR2004  # hours of a year
            raise forms.ValidationError(_("Write hours with commas between, for example 48, 96."))
        hours = [int(word) for word in words]
        if hours != sorted(set(hours)):
            raise forms.ValidationError(_("Each reminder comes later than the one before."))
        return hours


def _percent(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=5,
        max_value=400,
        help_text=_("50 halves every promise, 200 doubles it. Running promises follow at once."),
    )


class RulesForm(PolicyForm):
    reach__undo_seconds = forms.IntegerField(
        label=_("Seconds to take a sent letter back"),
        min_value=0,
        max_value=120,
        help_text=_("A letter of ours waits so long before it leaves; 0 sends at once."),
    )
    reach__acknowledgements_per_hour = forms.IntegerField(
        label=_("Acknowledgements to one address in an hour, at most"),
        min_value=0,
        max_value=60,
        help_text=_("Whoever writes more often is not told again that the letter has come."),
    )
    reach__same_matter_days = forms.IntegerField(
        label=_("Days within which a new word opens the same case again"),
        min_value=0,
        max_value=60,
        help_text=_("In messengers, where a talk has no end: a later word opens a new case with the same owner."),
    )
    reach__delivery_attempts = forms.IntegerField(
        label=_("Attempts to deliver a letter before it counts as undelivered"),
        min_value=1,
        max_value=30,
        help_text=_("After the last one the owner of the case is told."),
    )
    voice__reminders_after_hours = HoursField(
        label=_("Reminders to a silent customer, hours after the solution"),
        required=False,
        help_text=_("Each asks once more whether it is solved, for example 48, 96. Empty: nobody is reminded."),
    )
    voice__unconfirmed_after_hours = forms.IntegerField(
        label=_("Hours of silence after which a case closes as unconfirmed"),
        min_value=1,
        max_value=8760,
        help_text=_("A later letter of the customer opens it again."),
    )
    voice__low_score = forms.IntegerField(
        label=_("A score up to this one brings the case back"),
        min_value=0,
        max_value=4,
        help_text=_("Scores go from 1 to 5."),
    )
    knowledge__second_pair_of_eyes = forms.BooleanField(
        label=_("Every article needs a second pair of eyes"),
        required=False,
        help_text=_("Then nobody, not even a lead, publishes their own words alone."),
    )
    standards__second_pair_of_eyes = forms.BooleanField(
        label=_("Every service standard needs a second pair of eyes"),
        required=False,
        help_text=_("Then nobody publishes a standard alone: somebody who has not written in it approves it first."),
    )
    cases__steps_before_solved = forms.BooleanField(
        label=_("Every step of the standard is ticked or left out before a case is solved"),
        required=False,
        help_text=_("Else the open steps are only shown to whoever solves it."),
    )
    standards__urgent_percent = _percent(_("Time for an urgent case, percent of its standard"))
    standards__high_percent = _percent(_("Time for a case of high priority, percent of its standard"))
    standards__low_percent = _percent(_("Time for a case of low priority, percent of its standard"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        ladder, end = cleaned.get("voice__reminders_after_hours"), cleaned.get("voice__unconfirmed_after_hours")
        if ladder and end is not None and end <= ladder[-1]:
            self.add_error("voice__unconfirmed_after_hours", _("The case closes after the last reminder, not before."))
        return cleaned


class SafetyForm(PolicyForm):
    security__require_second_factor = forms.BooleanField(
        label=_("Two-step log-in for everybody at the desk"),
        required=False,
        help_text=_("Who has not set it up is led there before anything else."),
    )
    portal__form_per_hour = forms.IntegerField(
        label=_("Messages through the form from one network in an hour, at most"),
        min_value=1,
        max_value=10_000,
        help_text=_("More of them are refused until the hour is over, so that nobody floods you."),
    )
