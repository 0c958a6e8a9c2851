"""Working hours as people write them."""

import re
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm, LinesField, TimeZoneField
from otklik.team.models import WorkingTime

LONGEST_NAME = 80
FIRST_YEAR, LAST_YEAR = 2013, 2100
COUNTRIES = (
    ("RU", _("Russia")),
    ("BY", _("Belarus")),
    ("KZ", _("Kazakhstan")),
    ("AM", _("Armenia")),
    ("AZ", _("Azerbaijan")),
    ("GE", _("Georgia")),
    ("KG", _("Kyrgyzstan")),
    ("MD", _("Moldova")),
    ("TJ", _("Tajikistan")),
    ("UZ", _("Uzbekistan")),
    ("AE", _("United Arab Emirates")),
    ("CN", _("China")),
    ("CZ", _("Czechia")),
    ("DE", _("Germany")),
    ("FR", _("France")),
    ("GB", _("United Kingdom")),
    ("IN", _("India")),
    ("IL", _("Israel")),
    ("PL", _("Poland")),
    ("RS", _("Serbia")),
    ("TR", _("Türkiye")),
    ("US", _("United States")),
)
"""Of the two hundred that the package knows, those that a house asks for; each has a name in every language."""

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


_HOURS_FIRST = re.compile(rf"((?:{_INTERVAL.pattern}\s*,?\s*)*)(.*)")
"""Of what stands behind a date: its hours, if any, and then its name."""


class ExceptionsField(LinesField):
    """``2026-12-31 9:00-14:00 Party`` or ``2027-01-01`` (free), one per line; cleans to hours and names by day."""

    def clean(self, value: Any) -> Any:
        hours: dict[str, list[list[str]]] = {}
        names: dict[str, str] = {}
        for line in super().clean(value):
            day, _space, rest = line.partition(" ")
            written = _HOURS_FIRST.fullmatch(rest.strip())
            try:
                on = forms.DateField().clean(day).isoformat()
                hours[on] = hours_of(written[1].strip(" ,")) if written else []
            except forms.ValidationError as error:
                text = gettext(
                    "“%(line)s”: write the date, the hours and a name, for example 2026-12-31 9:00-14:00 Party."
                )
                raise forms.ValidationError(text % {"line": line}) from error
            names |= {on: written.groups()[-1][:LONGEST_NAME]} if written and written.groups()[-1] else {}
        return dict(sorted(hours.items())), names


def exceptions_text(calendar: WorkingTime) -> str:
    """The same as a person wrote it."""
    lines = (
        (day, hours_text(pairs), calendar.names.get(day, "")) for day, pairs in sorted(calendar.exceptions.items())
    )
    return "\n".join(" ".join(filter(None, line)) for line in lines)


class WorkingTimeForm(DeskForm):
    """Seven days and the days that differ."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    time_zone = TimeZoneField()
    country = forms.ChoiceField(
        label=_("Holidays of"),
        choices=[("", _("No country: only the week and own exceptions")), *COUNTRIES],
        required=False,
        help_text=_("Its holidays and moved days hold; of Russia the days an hour shorter, too."),
    )
    exceptions = ExceptionsField(
        label=_("Own exceptions"),
        help_text=_(
            "One per line, stronger than everything else: a date alone is a free day; hours and a name may follow."
        ),
    )

    def __init__(self, *args: Any, calendar: WorkingTime | None = None, **options: Any) -> None:
        week = calendar.week if calendar else [[["09:00", "18:00"]]] * 5 + [[], []]
        initial: dict[str, Any] = {f"day_{number}": hours_text(pairs) for number, pairs in enumerate(week)}
        if calendar:
            initial |= {"name": calendar.name, "time_zone": calendar.time_zone, "country": calendar.country}
            initial |= {"exceptions": exceptions_text(calendar)}
        super().__init__(*args, **options | {"initial": {"time_zone": "Europe/Moscow", "country": "RU"} | initial})
        days = {f"day_{number}": DayField(day) for number, day in enumerate(DAYS)}
        self.fields = {**days, **self.fields}
        self.order_fields(["name", "time_zone", *days, "country", "exceptions"])

    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        exceptions, names = cleaned["exceptions"]
        return {
            "name": cleaned["name"], "time_zone": cleaned["time_zone"], "country": cleaned["country"],
            "exceptions": exceptions, "names": names, "week": [cleaned[f"day_{number}"] for number in range(7)],
        }  # fmt: skip


class AskedForm(DeskForm):
    """A letter that comes at some moment of the calendar's clocks, and the year that is looked at."""

    at = forms.DateTimeField(
        label=_("A letter comes"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    minutes = forms.IntegerField(label=_("Answered within, working minutes"), min_value=1, max_value=100_000)
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
