"""The forms of the app sample."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm, PolicyForm


class EntryForm(DeskForm):
    case = forms.IntegerField(label=_("Number of the case"), min_value=1)
    text = forms.CharField(label=_("What to write down"), max_length=300, required=False)


class SampleForm(PolicyForm):
    sample__days = forms.IntegerField(label=_("Days that an entry counts as new"), min_value=1, max_value=365)
