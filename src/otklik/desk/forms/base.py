"""What every form of the desk can do: take a refusal to the field it speaks of, and focus what is wrong."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.errors import Refusal

LANGUAGES = (("ru", "Русский"), ("en", "English"))
_NEAR = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk",
    "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "Europe/Minsk", "Asia/Almaty",
)  # fmt: skip


class DeskForm(forms.Form):
    """A form whose action may refuse; what was typed stays."""

    def refuse(self, refusal: Refusal) -> None:
        """Put each of the refusal's texts at its field, the rest above the form."""
        known = {field: text for field, text in refusal.fields.items() if field in self.fields}
        for field, text in known.items():
            self.add_error(field, text)
        if not known:
            self.add_error(None, refusal.text)


def _zones() -> list[tuple[str, str]]:
    rest = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc") and zone not in _NEAR
    )
    return [(zone, zone.replace("_", " ")) for zone in (*_NEAR, "UTC", *rest)]


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
