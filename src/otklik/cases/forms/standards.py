"""Forms about the standard of one case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm


class SkipForm(DeskForm):
    because = forms.CharField(
        label=_("Why is it left out?"),
        max_length=200,
        required=False,
        help_text=_("Leads read it: it shows what to change in the standard."),
    )


class ProposeForm(DeskForm):
    words = forms.CharField(
        label=_("What should be different in this standard, and why?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
