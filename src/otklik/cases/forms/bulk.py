"""What is done with many cases at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.bulk import NumbersField
from otklik.foundation.http.forms import DeskForm


class BulkForm(DeskForm):
    """What to do with several cases at once: the ticked ones, or ``all`` of the ``view``, which is a query string."""

    case = NumbersField(required=False)
    all = forms.BooleanField(required=False)
    view = forms.CharField(required=False, max_length=500)
    do = forms.ChoiceField(
        choices=[(name, name) for name in ("tag", "untag", "hand_over", "solve", "spam", "not_spam")]
    )
    tag = forms.CharField(max_length=40, required=False)
    to = forms.IntegerField(required=False)
    done = forms.CharField(max_length=5000, required=False)
    seen = forms.IntegerField(required=False)
    word = forms.IntegerField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("case") and not cleaned.get("all"):
            self.add_error("case", _("Select at least one case."))
        return cleaned
