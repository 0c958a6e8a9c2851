"""The rules of the house about surveys: apart from the other forms, as every process reads them at its start."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import PolicyForm


class ClocksForm(PolicyForm):
    surveys__days_between_all = forms.IntegerField(
        label=_("Days between any two surveys of one person"),
        min_value=0,
        max_value=365,
        help_text=_("Counted from the last letter that asked them, reminders included, under whichever address."),
    )
    surveys__days_between_family = forms.IntegerField(
        label=_("Days between two surveys of one family"),
        min_value=0,
        max_value=730,
        help_text=_("Surveys of one family ask about the same, such as all after a delivery."),
    )
