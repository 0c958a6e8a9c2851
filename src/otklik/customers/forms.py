"""Forms about people and their organizations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.customers.models import Customer
from otklik.customers.wished import WishesFields
from otklik.foundation.http.forms import DeskForm


class MergeForm(DeskForm):
    other = forms.IntegerField(label=_("Number of the other customer"), min_value=1)
    is_sure = forms.BooleanField(label=_("Yes, both are the same person"))

    def clean_other(self) -> Customer:
        row = Customer.objects.filter(pk=self.cleaned_data["other"]).first()
        if row is None:
            raise forms.ValidationError(_("There is no customer with this number."))
        return row


class WishesForm(WishesFields, DeskForm):
    """As colleagues write it down."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["called_as"].help_text = _(
            "Letters and templates begin with it. Empty: from the name, as far as the name says it."
        )
        self.fields["own_words"].help_text = _("In their own words, for example: “a ramp, I come with a pram”.")
        self.fields["upset"].help_text = _("So that it does not happen again, for example: “three letters, no answer”.")
