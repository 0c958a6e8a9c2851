"""Forms about people and their organizations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.customers.models import Customer
from otklik.foundation.http.forms import DeskForm


class MergeForm(DeskForm):
    other = forms.IntegerField(label=_("Number of the other customer"), min_value=1)
    is_sure = forms.BooleanField(label=_("Yes, both are the same person"))

    def clean_other(self) -> Customer:
        row = Customer.objects.filter(pk=self.cleaned_data["other"]).first()
        if row is None:
            raise forms.ValidationError(_("There is no customer with this number."))
        return row
