"""Forms about letters that did not become a case, and letters that did not arrive."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm


class RetryForm(DeskForm):
    """Where to send it this time."""

    address = forms.EmailField(
        label=_("Address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"})
    )
