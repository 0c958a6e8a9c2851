"""What every form of the staff can do: take a refusal to the field it speaks of, and focus what is wrong."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.db.models.utils import get_blank_choice_label
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from otklik.foundation.errors import Refusal
from otklik.foundation.in_use import is_rule_off
from otklik.foundation.modules import defaults
from otklik.foundation.zones import known_cities, zone_label

LANGUAGES = (("ru", "Русский"), ("en", "English"))


class DeskForm(forms.Form):
    """A form whose action may refuse; what was typed stays. ``refused``: the code of the refusal."""

    refused = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == get_blank_choice_label():
                field.empty_label = _("Choose")

    def refuse(self, refusal: Refusal) -> None:
        """Put each of the refusal's texts at its field, the rest above the form."""
        self.refused = refusal.code
        known = {field: text for field, text in refusal.fields.items() if field in self.fields}
        for field, text in known.items():
            self.add_error(field, text)
        if not known:
            self.add_error(None, refusal.text)


def default_of(name: str, field: forms.Field) -> str:
    """The value in words that the rule behind a field has until somebody changes it; '' if no rule is called so."""
    value = defaults().get(name.replace("__", "."))
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(pgettext("of a rule", "yes") if value else pgettext("of a rule", "no"))
    if isinstance(field, forms.ChoiceField):
        return str(dict(cast("Iterable[tuple[Any, Any]]", field.choices)).get(value, value))
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words or pgettext("of a rule", "nothing")


def fields_in_use[F: forms.Field](fields: Mapping[str, F]) -> dict[str, F]:
    """Those behind which no rule of an app stands that the house does without."""
    return {name: field for name, field in fields.items() if not is_rule_off(name.replace("__", "."))}


class PolicyForm(DeskForm):
    """Field names are policy names with ``__`` for the dot. Each field says what its rule does, and its default."""

    is_of_rules = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = fields_in_use(self.fields)
        for name, field in self.fields.items():
            if by_default := default_of(name, field):
                said = _("%(effect)s By default: %(value)s.") % {"effect": field.help_text, "value": by_default}
                field.help_text = said.strip()

    def policies(self) -> dict[str, Any]:
        return {name.replace("__", "."): value for name, value in self.cleaned_data.items()}


def _zones() -> list[tuple[str, str]]:
    """Every zone by its city and its distance from UTC today; those near to us first, the rest by the alphabet."""
    now, near = timezone.now(), known_cities()
    rest = [name for name in available_timezones() if "/" in name and not name.startswith("Etc") and name not in near]
    far = sorted(((name, zone_label(name, at=now)) for name in rest), key=lambda choice: choice[1])
    return [*((name, zone_label(name, at=now)) for name in near), ("UTC", "UTC"), *far]


class TimeZoneField(forms.ChoiceField):
    """Zones of Russia and its neighbours first."""

    def __init__(self, **options: Any) -> None:
        self.may_be_empty = not options.get("required", True)
        empty = [("", _("As in the company"))] if self.may_be_empty else []
        super().__init__(choices=lambda: [*empty, *_zones()], label=options.pop("label", _("Time zone")), **options)


class LinesField(forms.CharField):
    """One thing per line; cleans to a list without empty lines."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [line.strip() for line in (text or "").splitlines() if line.strip()]
