"""Forms of the settings: company and rules, inboxes, teams, people, standards, templates, own facts."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import CaseKind, CustomField, Priority
from otklik.desk import labels
from otklik.desk.forms.base import LANGUAGES, DeskForm, LinesField, TimeZoneField
from otklik.foundation.actors import Role, Sight
from otklik.team.models import Agent, Team, WorkingTime

KINDS = [(kind, labels.KINDS[kind].text) for kind in CaseKind.values]
DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
_AREA = {"rows": 5}
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")


class PolicyForm(DeskForm):
    """Field names are policy names with ``__`` for the dot."""

    def policies(self) -> dict[str, Any]:
        return {name.replace("__", "."): value for name, value in self.cleaned_data.items()}


class CompanyForm(PolicyForm):
    company__name = forms.CharField(label=_("Name of the company"), max_length=100)
    company__phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    company__hours = forms.CharField(
        label=_("When the phone is answered"),
        max_length=120,
        required=False,
        help_text=_("For example: daily from 8 to 22"),
    )
    company__address = forms.CharField(label=_("Address"), max_length=200, required=False)


class LogoForm(DeskForm):
    """Sent empty it takes the logo away."""

    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG, JPEG or WebP. Customers see it at the top of your pages. Sent empty, our sign stands there."),
    )


class HoursField(forms.CharField):
    """Hours after which we remind, in order: ``48, 96``."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        words = (super().clean(value) or "").replace(",", " ").split()
        if not all(word.isdecimal() and 0 < int(word) <= 8760 for word in words):  # noqa: PLR2004  # hours of a year
            raise forms.ValidationError(_("Write hours with commas between, for example 48, 96."))
        hours = [int(word) for word in words]
        if hours != sorted(set(hours)):
            raise forms.ValidationError(_("Each reminder comes later than the one before."))
        return hours


class RulesForm(PolicyForm):
    reach__undo_seconds = forms.IntegerField(
        label=_("Seconds to take a sent letter back"), min_value=0, max_value=120, help_text=_("0 sends at once.")
    )
    reach__acknowledgements_per_hour = forms.IntegerField(
        label=_("Acknowledgements to one address in an hour, at most"), min_value=0, max_value=60
    )
    reach__delivery_attempts = forms.IntegerField(
        label=_("Attempts to deliver a letter before it counts as undelivered"), min_value=1, max_value=30
    )
    voice__reminders_after_hours = HoursField(
        label=_("Reminders to a silent customer, hours after the solution"),
        required=False,
        help_text=_("For example: 48, 96"),
    )
    voice__unconfirmed_after_hours = forms.IntegerField(
        label=_("Hours of silence after which a case closes as unconfirmed"), min_value=1, max_value=8760
    )
    voice__low_score = forms.IntegerField(
        label=_("A score up to this one brings the case back"),
        min_value=0,
        max_value=4,
        help_text=_("Scores go from 1 to 5."),
    )
    knowledge__second_pair_of_eyes = forms.BooleanField(
        label=_("Every article needs a second pair of eyes"),
        required=False,
        help_text=_("Then nobody, not even a lead, publishes their own words alone."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        ladder, end = cleaned.get("voice__reminders_after_hours"), cleaned.get("voice__unconfirmed_after_hours")
        if ladder and end is not None and end <= ladder[-1]:
            self.add_error("voice__unconfirmed_after_hours", _("The case closes after the last reminder, not before."))
        return cleaned


class SafetyForm(PolicyForm):
    security__require_second_factor = forms.BooleanField(
        label=_("Everybody at the desk needs a second factor"),
        required=False,
        help_text=_("Who has none is led to its setup before anything else."),
    )
    portal__form_per_hour = forms.IntegerField(
        label=_("Messages through the form from one network in an hour, at most"), min_value=1, max_value=10_000
    )


class TeamForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    working_time = forms.ModelChoiceField(label=_("Working time"), queryset=WorkingTime.objects.order_by("name"))
    is_first = forms.BooleanField(label=_("Takes what no inbox assigns"), required=False)
    members = forms.ModelMultipleChoiceField(
        label=_("Who belongs to it"), queryset=Agent.objects.filter(is_active=True).order_by("name"),
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    leads = forms.ModelMultipleChoiceField(
        label=_("Who leads it and hears at once of a dissatisfied customer"),
        queryset=Agent.objects.filter(is_active=True).order_by("name"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


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

    name = forms.CharField(label=_("Name"), max_length=80)
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


class AgentForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Customers see it in letters."))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Role.AGENT, _("Agent: serves customers")),
            (Role.LEAD, _("Lead: sees figures and history")),
            (Role.ADMIN, _("Admin: changes settings")),
        ],
    )
    sight = forms.ChoiceField(
        label=_("Whose cases they see"),
        choices=[(Sight.OWN, _("Their own")), (Sight.TEAM, _("Of their teams")), (Sight.ALL, _("All"))],
    )
    deputy = forms.ModelChoiceField(
        label=_("Deputy while away"), queryset=Agent.objects.none(), required=False, empty_label=_("Not chosen")
    )
    skills = LinesField(label=_("Skills"), help_text=_("One per line."))
    photo = forms.ImageField(label=_("Photo"), required=False)

    def __init__(self, *args: Any, agent: Agent | None = None, **options: Any) -> None:
        names = ("name", "role", "sight", "skills")
        initial = {name: getattr(agent, name) for name in names} | {"deputy": agent.deputy_id} if agent else {}
        super().__init__(*args, **options | {"initial": {"sight": Sight.TEAM} | initial})
        others = Agent.objects.filter(is_active=True).exclude(pk=agent.pk if agent else 0)
        self.fields["deputy"].queryset = others.order_by("name")  # type: ignore[attr-defined]


class NewAgentForm(DeskForm):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The name for logging in. The invitation goes there.")
    )
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Customers see it in letters."))
    role = AgentForm.base_fields["role"]
    sight = AgentForm.base_fields["sight"]


class LetGoForm(DeskForm):
    to = forms.ModelChoiceField(
        label=_("Who takes over the unfinished cases"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("Not chosen"),
    )

    def __init__(self, *args: Any, agent: Agent, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Agent.objects.filter(is_active=True).exclude(pk=agent.pk).order_by("name")
        self.fields["to"].queryset = others  # type: ignore[attr-defined]


class StandardForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    case_kind = forms.ChoiceField(label=_("Kind of case"), choices=[("", _("Any")), *KINDS], required=False)
    is_default = forms.BooleanField(label=_("Holds when no other does"), required=False)
    why = forms.CharField(label=_("Why we do it"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    emotion = forms.CharField(
        label=_("What the customer should feel"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    how = LinesField(label=_("How it is done"), help_text=_("One step per line."))
    first_answer_minutes = forms.IntegerField(
        label=_("First answer within, working minutes"), min_value=1, max_value=100_000
    )
    next_word_minutes = forms.IntegerField(
        label=_("Each further answer within, working minutes"), min_value=1, max_value=100_000
    )
    solution_minutes = forms.IntegerField(label=_("Solution within, working minutes"), min_value=1, max_value=1_000_000)


class MacroForm(DeskForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    team = forms.ModelChoiceField(
        label=_("For which team"), queryset=Team.objects.order_by("name"), required=False, empty_label=_("For all")
    )
    tags = forms.CharField(label=_("Adds tags"), required=False, max_length=200, help_text=_("With commas between."))
    kind = forms.ChoiceField(label=_("Sets the kind"), choices=[("", _("Leaves it")), *KINDS], required=False)
    priority = forms.ChoiceField(
        label=_("Sets the priority"), required=False,
        choices=[("", _("Leaves it")), *((one, labels.PRIORITIES[one].text) for one in Priority.values)],
    )  # fmt: skip
    solve = forms.BooleanField(label=_("Marks the case as solved"), required=False)
    is_active = forms.BooleanField(label=_("Can be chosen"), required=False, initial=True)

    def actions(self) -> dict[str, Any]:
        """As ``cases.Macro.actions`` keeps them; nothing that does nothing."""
        cleaned = self.cleaned_data
        tags = [tag.strip() for tag in cleaned["tags"].split(",") if tag.strip()]
        chosen = {"tags": tags, "kind": cleaned["kind"], "priority": cleaned["priority"], "solve": cleaned["solve"]}
        return {name: value for name, value in chosen.items() if value}


class CustomFieldForm(DeskForm):
    about = forms.ChoiceField(label=_("A fact about"), choices=[("case", _("Cases")), ("customer", _("Customers"))])
    key = forms.CharField(
        label=_("Key for programs"), max_length=40, help_text=_("Small Latin letters, digits and _. It never changes.")
    )
    name = forms.CharField(label=_("Name on the screen"), max_length=80)
    kind = forms.ChoiceField(
        label=_("What is written there"),
        choices=[
            ("text", _("Text")),
            ("number", _("Number")),
            ("choice", _("One of several answers")),
            ("date", _("Date")),
            ("bool", _("Yes or no")),
        ],
    )
    choices = LinesField(label=_("Answers to choose from"), help_text=_("One per line."))
    is_required = forms.BooleanField(label=_("Must be filled in"), required=False)
    is_shown_to_customer = forms.BooleanField(
        label=_("The customer sees it"),
        required=False,
        help_text=_("A fact about a case stands on the customer's page of that case."),
    )
    is_active = forms.BooleanField(label=_("Is asked"), required=False, initial=True)
    position = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=1000, initial=0)

    def __init__(self, *args: Any, field: CustomField | None = None, **options: Any) -> None:
        names = (
            "about",
            "key",
            "name",
            "kind",
            "choices",
            "is_required",
            "is_shown_to_customer",
            "is_active",
            "position",
        )
        initial = {name: getattr(field, name) for name in names} if field else {}
        super().__init__(*args, **options | {"initial": initial})
        if field is not None:
            self.fields["about"].disabled = self.fields["key"].disabled = True


class TokenForm(DeskForm):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    agent = forms.ModelChoiceField(label=_("Acts as"), queryset=Agent.objects.filter(is_active=True).order_by("name"))


class MeForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Customers see it in letters."))
    photo = forms.ImageField(label=_("Photo"), required=False)
    signature = forms.CharField(
        label=_("Signature"), required=False, max_length=1000, widget=forms.Textarea(attrs=_AREA),
        help_text=_("Stands below each of your answers to customers."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the desk"), choices=LANGUAGES)
    time_zone = TimeZoneField()
    deputy = forms.ModelChoiceField(
        label=_("Deputy while away"), queryset=Agent.objects.none(), required=False, empty_label=_("Not chosen")
    )

    def __init__(self, *args: Any, agent: Agent, **options: Any) -> None:
        names = ("name", "signature", "language", "time_zone")
        initial = {name: getattr(agent, name) for name in names} | {"deputy": agent.deputy_id}
        super().__init__(*args, **options | {"initial": initial})
        others = Agent.objects.filter(is_active=True).exclude(pk=agent.pk).order_by("name")
        self.fields["deputy"].queryset = others  # type: ignore[attr-defined]


class AwayForm(DeskForm):
    until = forms.DateTimeField(
        label=_("Back on"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], help_text=_("Leave it empty if it is not known."),
    )  # fmt: skip
