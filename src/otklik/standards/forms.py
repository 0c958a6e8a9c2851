"""The form of one service standard."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.foundation.http.forms import DeskForm, LinesField
from otklik.standards.kinds import KIND_CHOICES


class StandardForm(DeskForm):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    case_kind = forms.ChoiceField(
        label=_("Kind of case"),
        choices=[("", _("Any")), *KIND_CHOICES],
        required=False,
    )
    is_default = forms.BooleanField(label=_("Holds when no other does"), required=False)
    why = forms.CharField(label=_("Why we do it"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    emotion = forms.CharField(
        label=_("What the customer should feel"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    how = LinesField(label=_("How it is done"), help_text=_("One step per line."))
    first_answer_minutes = forms.IntegerField(
        label=_("First answer within, working minutes"), min_value=1, max_value=100_000
    )
    next_word_minutes = forms.IntegerField(
        label=_("Each further answer within, working minutes"), min_value=1, max_value=100_000
    )
    solution_minutes = forms.IntegerField(label=_("Solution within, working minutes"), min_value=1, max_value=1_000_000)
