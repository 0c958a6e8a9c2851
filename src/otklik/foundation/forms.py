"""Forms about the company itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm, PolicyForm

_SEEN = _("Customers see it in letters and on your pages.")
_IN_ENGLISH = _("For those who read your pages in English. Empty: the same words as above.")


class CompanyForm(PolicyForm):
    company__name = forms.CharField(label=_("Name of the company"), max_length=100, help_text=_SEEN)
    company__phone = forms.CharField(label=_("Phone"), max_length=40, required=False, help_text=_SEEN)
    company__hours = forms.CharField(
        label=_("When we answer the phone"),
        max_length=120,
        required=False,
        help_text=_("For example: daily from 8 to 22"),
    )
    company__address = forms.CharField(label=_("Address"), max_length=200, required=False, help_text=_SEEN)
    company__hours_en = forms.CharField(
        label=_("When we answer the phone, in English"),
        max_length=120,
        required=False,
        help_text=_IN_ENGLISH,
    )
    company__address_en = forms.CharField(
        label=_("Address, in English"), max_length=200, required=False, help_text=_IN_ENGLISH
    )


class LogoForm(DeskForm):
    """Sent empty it takes the logo away."""

    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG, JPEG or WebP. Customers see it at the top of your pages. Sent empty, our sign stands there."),
    )
