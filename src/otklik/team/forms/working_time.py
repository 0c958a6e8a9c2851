"""Working hours as people write them."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.foundation.http.forms import DeskForm, LinesField, TimeZoneField
from otklik.team.models import WorkingTime

DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")


def hours_of(text: str) -> list[list[str]]:
    """``9:00-13:00, 14:00-18:00`` → pairs of clocks; '' is a free day. Raises ``ValidationError``."""
    pairs = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _INTERVAL.fullmatch(part)
        if match is None or int(match[1]) > 24 or int(match[3]) > 24 or int(match[2]) > 59 or int(match[4]) > 59:  # noqa: PLR2004
            raise forms.ValidationError(_("Write hours like 9:00-13:00, 14:00-18:00."))
        pairs.append([f"{int(match[1]):02}:{match[2]}", f"{int(match[3]):02}:{match[4]}"])
    flat = [clock for pair in pairs for clock in pair]
    if any(earlier >= later for earlier, later in pairwise(flat)) or any(clock > "24:00" for clock in flat):
        raise forms.ValidationError(_("Each interval ends after it begins, one after another, until 24:00."))
    return pairs


def hours_text(pairs: list[list[str]]) -> str:
    return ", ".join(f"{opens}-{closes}" for opens, closes in pairs)


class DayField(forms.CharField):
    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label, required=False, max_length=120, widget=forms.TextInput(attrs={"inputmode": "text"})
        )

    def clean(self, value: Any) -> list[list[str]]:
        return hours_of(super().clean(value) or "")


class ExceptionsField(LinesField):
    """``2026-12-31 9:00-14:00`` or ``2027-01-01`` (free), one per line."""

    def clean(self, value: Any) -> Any:
        found: dict[str, list[list[str]]] = {}
        for line in super().clean(value):
            day, _space, hours = line.partition(" ")
            try:
                found[forms.DateField().clean(day).isoformat()] = hours_of(hours)
            except forms.ValidationError as error:
                text = _now("“%(line)s”: write the date and the hours, for example 2026-12-31 9:00-14:00.")
                raise forms.ValidationError(text % {"line": line}) from error
        return dict(sorted(found.items()))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return "\n".join(f"{day} {hours_text(pairs)}".strip() for day, pairs in sorted(value.items()))
        return value


class WorkingTimeForm(DeskForm):
    """Seven days and the days that differ."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    time_zone = TimeZoneField()
    exceptions = ExceptionsField(
        label=_("Days that differ"),
        help_text=_("One per line: a date alone is a free day, with hours a different day."),
    )

    def __init__(self, *args: Any, calendar: WorkingTime | None = None, **options: Any) -> None:
        week = calendar.week if calendar else [[["09:00", "18:00"]]] * 5 + [[], []]
        initial: dict[str, Any] = {f"day_{number}": hours_text(pairs) for number, pairs in enumerate(week)}
        if calendar:
            initial |= {"name": calendar.name, "time_zone": calendar.time_zone, "exceptions": calendar.exceptions}
        super().__init__(*args, **options | {"initial": {"time_zone": "Europe/Moscow"} | initial})
        days = {f"day_{number}": DayField(day) for number, day in enumerate(DAYS)}
        self.fields = {**days, **self.fields}
        self.order_fields(["name", "time_zone", *days, "exceptions"])

    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"], "time_zone": cleaned["time_zone"], "exceptions": cleaned["exceptions"],
            "week": [cleaned[f"day_{number}"] for number in range(7)],
        }  # fmt: skip
