"""Whose case it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm


class CaseCustomerForm(DeskForm):
    """Whose case it is: by e-mail, or by phone when there is none."""

    email = forms.EmailField(
        label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=40, help_text=_("Only if there is no e-mail address.")
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    may_see_own = forms.BooleanField(
        label=_("The former customer may still see what they wrote and what we answered them"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("email") and not cleaned.get("phone") and not self.errors:
            self.add_error("email", _("Give an e-mail address or a phone number."))
        return cleaned
