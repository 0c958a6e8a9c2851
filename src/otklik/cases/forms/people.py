"""Forms about one person and the facts that a company keeps of people."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.cases.custom_fields import custom_form_fields, custom_values
from otklik.cases.models import CustomField
from otklik.customers.models import Organization
from otklik.foundation.http.forms import LANGUAGES, DeskForm, TimeZoneField


class TierField(forms.CharField):
    """What somebody is to the house, in its own word."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Tier"), max_length=40, required=False, **options)


class CustomerForm(DeskForm):
    """What we know of a person; facts of the company's own stand below."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    organization = forms.CharField(
        label=_("Organization"), max_length=200, required=False, help_text=_("A new name founds a new organization.")
    )
    role_there = forms.CharField(label=_("Role there"), max_length=120, required=False)
    tier = TierField(help_text=_("Goes before the tier of their organization."))
    language = forms.ChoiceField(label=_("Language of our letters"), choices=LANGUAGES)
    time_zone = TimeZoneField(required=False)
    remembered = forms.CharField(
        label=_("What is worth remembering"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Colleagues see it beside every case, so that the customer tells nothing twice."),
    )

    def __init__(self, *args: Any, custom: Sequence[CustomField], **options: Any) -> None:
        super().__init__(*args, **options)
        self.custom = custom
        self.fields |= custom_form_fields(custom)

    def changes(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """Changes for ``edit_customer``, the organization still as its name."""
        plain = ("name", "role_there", "tier", "language", "time_zone", "remembered")
        return {name: cleaned[name] for name in plain} | {"custom": custom_values(self.custom, cleaned)}


class EraseForm(DeskForm):
    """The name (or number) typed once more, because it cannot be undone."""

    typed = forms.CharField(
        label=_("To confirm, type the customer's number"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, number: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.number = number

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"].strip()
        if typed != str(self.number):
            raise forms.ValidationError(
                _("This is not the number of this customer: %(number)d."), params={"number": self.number}
            )
        return typed


class ContactPointForm(DeskForm):
    kind = forms.ChoiceField(label=_("What it is"), choices=[("email", _("E-mail")), ("phone", _("Phone"))])
    value = forms.CharField(
        label=_("Address or number"), max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def refuse(self, refusal: Any) -> None:
        """All refusals of an address are about the one field."""
        self.add_error("value", refusal.text)


class OrganizationForm(DeskForm):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200)
    domain = forms.CharField(
        label=_("Mail domain"),
        max_length=120,
        required=False,
        help_text=_("People who write from it belong to the organization by themselves, for example gorizont.example."),
    )
    tier = TierField(help_text=_("A standard of service may be chosen by it."))

    @classmethod
    def of(cls, organization: Organization, data: Any = None) -> "OrganizationForm":
        return cls(data, initial={name: getattr(organization, name) for name in ("name", "domain", "tier")})
