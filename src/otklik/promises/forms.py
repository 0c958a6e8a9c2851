"""What is typed about promises."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm, PolicyForm


class MomentForm(DeskForm):
    """A day and an hour by the clock of whoever looks at the page."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), input_formats=["%H:%M"]
    )

    @staticmethod
    def at_moment(moment: datetime) -> dict[str, Any]:
        """What the form begins with for this moment."""
        local = timezone.localtime(moment).replace(second=0, microsecond=0)
        return {"on": local.date(), "at": local.time()}

    @property
    def moment(self) -> datetime:
        """Of a valid form."""
        typed = datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"])
        return timezone.make_aware(typed)


class PromiseForm(MomentForm):
    about = forms.CharField(
        label=_("What about"),
        max_length=200,
        required=False,
        help_text=_("For colleagues, in a few words: “the bill for three”."),
    )


class KeptForm(MomentForm):
    """When it was given; a minute is as exact as people are, so that the present one is not ahead of now."""

    def given_at(self, since: datetime) -> datetime:
        now, typed = timezone.now(), self.moment
        if now < typed < now + timedelta(minutes=1):
            return now
        return since if typed < since < typed + timedelta(minutes=1) else typed


class ApologyForm(MomentForm):
    text = forms.CharField(
        label=_("Your words to the customer"),
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("Say in your own words why it happened and what you do now. The new moment is shown below them."),
    )
    field_order = ("text", "on", "at")


class SaidForm(DeskForm):
    how = forms.CharField(
        label=_("How the customer was told"),
        max_length=300,
        help_text=_("For example: “called at 16:40 and said sorry, Anna will be at home tomorrow”."),
    )


class PromisesForm(PolicyForm):
    promises__owner_percent = forms.IntegerField(
        label=_("The owner is told at this share of the time, in percent"),
        help_text=_("Of the working time between the customer's word and the moment that is promised; 0 tells nobody."),
        min_value=0,
        max_value=99,
    )
    promises__deputy_percent = forms.IntegerField(
        label=_("The deputy is told at this share, in percent"),
        help_text=_("While the owner is away their deputy is told together with them."),
        min_value=0,
        max_value=99,
    )
    promises__lead_percent = forms.IntegerField(
        label=_("The lead is told at this share, in percent"),
        help_text=_("The leads of the team; without any, all leads of the house."),
        min_value=0,
        max_value=99,
    )
    promises__by_mail = forms.BooleanField(
        label=_("They are told by e-mail, too"),
        help_text=_("Otherwise only by an alert at the desk."),
        required=False,
    )
