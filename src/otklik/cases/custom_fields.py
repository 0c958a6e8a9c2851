"""Form fields made from the facts that a company defines (``cases.CustomField``)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from otklik.cases.models import CustomField

PREFIX = "custom."


def custom_form_fields(defined: Sequence[CustomField]) -> dict[str, forms.Field]:
    """Field names are ``custom.KEY``, as in the refusals of ``cases.actions.checked_custom``."""
    return {f"{PREFIX}{field.key}": _form_field(field) for field in defined}


def custom_initial(defined: Sequence[CustomField], stored: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{PREFIX}{field.key}": stored.get(field.key) for field in defined}


def custom_values(defined: Sequence[CustomField], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored: ISO dates, plain numbers, None when empty."""
    return {field.key: _stored(cleaned.get(f"{PREFIX}{field.key}")) for field in defined}


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return None if value == "" else value


def _form_field(field: CustomField) -> forms.Field:
    options: dict[str, Any] = {"label": field.name, "required": field.is_required}
    match field.kind:
        case CustomField.Kind.NUMBER:
            return forms.DecimalField(**options, localize=True)
        case CustomField.Kind.BOOL:
            return forms.BooleanField(label=field.name, required=False)
        case CustomField.Kind.CHOICE:
            choices = [("", _("Not chosen")), *((one, one) for one in field.choices)]
            return forms.ChoiceField(**options, choices=choices)
        case CustomField.Kind.DATE:
            return forms.DateField(**options, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    return forms.CharField(**options, max_length=1000)
