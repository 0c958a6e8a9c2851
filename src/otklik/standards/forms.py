"""Forms of service standards: their words, and what stands around them."""

from itertools import zip_longest
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.customers.models import Organization
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import DeskForm
from otklik.standards.actions import MOST_STEPS, Words
from otklik.standards.kinds import CHANNELS, KIND_CHOICES
from otklik.standards.models import Standard, Version
from otklik.standards.observed import FACTS
from otklik.team.models import Agent, Team

_PROPERTIES = ("name", "case_kind", "tag", "channel", "tier", "is_default", "review_every_days")


def _text(label: Any, help_text: Any = "", rows: int = 3) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "maxlength": 4000})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=area, max_length=4000)


def _minutes(label: Any, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=1_000_000, initial=initial)


class StepsInput(forms.Widget):
    """Pairs of a step and what ticks it, from fields of the same names; the page draws them itself."""

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> list[tuple[str, str]]:
        words, facts = (data.getlist(one) if hasattr(data, "getlist") else [] for one in (name, "ticked_by"))
        return list(zip_longest(words, facts[: len(words)], fillvalue=""))


class StepsField(forms.Field):
    """The steps that have words; several lines put into one row are several steps."""

    widget = StepsInput

    def clean(self, value: Any) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for words, fact in value or ():
            lines = [line.strip() for line in words.splitlines() if line.strip()]
            found += [(line, fact if place == 0 else "") for place, line in enumerate(lines)]
        return found


class WordsForm(DeskForm):
    """The draft. ``edits``: the count its author saw."""

    edits = forms.IntegerField(widget=forms.HiddenInput)
    why = _text(_("Why we do it"), _("What this matter means to the customer, in one sentence."), rows=2)
    emotion = _text(_("What the customer should feel"), _("In the customer's own words."), rows=2)
    how = StepsField(
        label=_("How it is done"),
        help_text=_("Write each step as something done. What can be seen to happen need not be ticked by hand."),
        required=False,
    )
    good = _text(_("What we say"), _("An example, as an agent would write it."))
    good_because = _text(_("What makes it good"), rows=2)
    bad = _text(_("What we do not say"), _("An example of words that hurt."))
    bad_because = _text(_("What is wrong with it"), rows=2)
    first_answer_minutes = _minutes(_("First answer within, minutes"), 240)
    next_word_minutes = _minutes(_("Each further answer within, minutes"), 480)
    solution_minutes = _minutes(_("Solution within, minutes"), 1440)
    is_round_the_clock = forms.BooleanField(
        label=_("Count them by day and night"),
        help_text=_("Otherwise only the minutes in which the team of the case works."),
        required=False,
    )
    change_note = forms.CharField(
        label=_("What is new, and why"),
        help_text=_("Everybody who works by it reads this first."),
        max_length=200,
        required=False,
    )

    def words(self) -> Words:
        cleaned = {name: _lines(value) for name, value in self.cleaned_data.items() if name != "edits"}
        steps = cleaned.pop("how")
        return Words(how=[words for words, _fact in steps], ticked_by=[fact for _words, fact in steps], **cleaned)

    def step_rows(self) -> list[tuple[int, str, str]]:
        """What stands in the rows of the steps: number, words, what ticks it; with room for some more."""
        known = self["how"].value() or []
        room = max(5, min(len(known) + 3, MOST_STEPS)) - len(known)
        return [(number, *step) for number, step in enumerate([*known, *[("", "")] * room], start=1)]

    @property
    def facts(self) -> Any:
        return FACTS.items()

    @staticmethod
    def values(draft: Version) -> dict[str, Any]:
        steps = [(words, fact) for _number, words, fact in draft.steps]
        return {name: getattr(draft, name) for name in WordsForm.base_fields} | {"how": steps}


def _lines(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class PropertiesForm(DeskForm):
    """What stands around the words."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    case_kind = forms.ChoiceField(
        label=_("Kind of case"),
        choices=[("", _("Any")), *KIND_CHOICES],
        required=False,
    )
    tag = forms.CharField(label=_("Tag of the case"), max_length=40, required=False)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("", _("Any")), *((name, label.text) for name, label in CHANNELS.items())],
        required=False,
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.order_by(ByName()), required=False, empty_label=_("Any")
    )
    tier = forms.CharField(
        label=_("Tier of the customer"),
        max_length=40,
        required=False,
        help_text=_("In your own word, as written with the customer or their organization."),
    )
    organization = forms.CharField(label=_("Organization"), max_length=200, required=False)
    is_default = forms.BooleanField(label=_("Applies when no other does"), required=False)
    owner = forms.ModelChoiceField(
        label=_("Who looks after it"),
        queryset=Agent.objects.filter(is_active=True).order_by(ByName()),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("May write it without being a lead, and is reminded to review it."),
    )
    review_every_days = forms.IntegerField(
        label=_("Days between reviews"),
        min_value=0,
        max_value=1000,
        initial=180,
        help_text=_("0: never."),
    )

    def __init__(self, *args: Any, standard: Standard | None = None, **options: Any) -> None:
        if standard is not None:
            rows = {"owner": standard.owner_id, "team": standard.team_id}
            names = {"organization": str(standard.organization or "")}
            options["initial"] = {name: getattr(standard, name) for name in _PROPERTIES} | rows | names
        super().__init__(*args, **options)

    def clean_organization(self) -> Organization | None:
        """The one of this name."""
        name = self.cleaned_data["organization"].strip()
        found = Organization.objects.filter(name__iexact=name).order_by("id").first() if name else None
        if name and found is None:
            raise forms.ValidationError(_("There is no organization of this name yet."))
        return found


class ProposeForm(DeskForm):
    """What somebody who works by a standard would change in it."""

    words = forms.CharField(
        label=_("What should be different in this standard, and why?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DeclineForm(DeskForm):
    because = forms.CharField(
        label=_("Why it stays as it is"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Its author reads this."),
    )
