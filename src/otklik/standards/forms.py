"""Forms of service standards: their words, and what stands around them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.foundation.http.forms import DeskForm, LinesField
from otklik.standards.actions import Words
from otklik.standards.kinds import KIND_CHOICES
from otklik.standards.models import Standard, Version
from otklik.team.models import Agent

_PROPERTIES = ("name", "case_kind", "is_default", "owner", "review_every_days")


def _text(label: Any, help_text: Any = "", rows: int = 3) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "maxlength": 4000})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=area, max_length=4000)


def _minutes(label: Any, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=1_000_000, initial=initial)


class WordsForm(DeskForm):
    """The draft. ``edits``: the count its author saw."""

    edits = forms.IntegerField(widget=forms.HiddenInput)
    why = _text(_("Why we do it"), _("What this matter means to the customer, in one sentence."), rows=2)
    emotion = _text(_("What the customer should feel"), _("In the customer's own words."), rows=2)
    how = LinesField(label=_("How it is done"), help_text=_("One step per line, as something that was done."))
    good = _text(_("What we say"), _("An example, as an agent would write it."))
    good_because = _text(_("What makes it good"), rows=2)
    bad = _text(_("What we do not say"), _("An example of words that hurt."))
    bad_because = _text(_("What is wrong with it"), rows=2)
    first_answer_minutes = _minutes(_("First answer within, working minutes"), 240)
    next_word_minutes = _minutes(_("Each further answer within, working minutes"), 480)
    solution_minutes = _minutes(_("Solution within, working minutes"), 1440)
    change_note = forms.CharField(
        label=_("What is new, and why"),
        help_text=_("Everybody who works by it reads this first."),
        max_length=200,
        required=False,
    )

    def words(self) -> Words:
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "edits"}
        return Words(**{name: _lines(value) for name, value in cleaned.items()})

    @staticmethod
    def values(draft: Version) -> dict[str, Any]:
        return {name: getattr(draft, name) for name in WordsForm.base_fields}


def _lines(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class PropertiesForm(DeskForm):
    """What stands around the words."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    case_kind = forms.ChoiceField(
        label=_("Kind of case"),
        choices=[("", _("None")), *KIND_CHOICES],
        required=False,
        help_text=_("A new case of this kind holds the version that is published then."),
    )
    is_default = forms.BooleanField(label=_("Holds when no other does"), required=False)
    owner = forms.ModelChoiceField(
        label=_("Who keeps it"),
        queryset=Agent.objects.filter(is_active=True).order_by("name"),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("May write it without being a lead, and is reminded to read it again."),
    )
    review_every_days = forms.IntegerField(
        label=_("Read it again every so many days"),
        min_value=0,
        max_value=1000,
        initial=180,
        help_text=_("0: never."),
    )

    def __init__(self, *args: Any, standard: Standard | None = None, **options: Any) -> None:
        if standard is not None:
            options["initial"] = {name: getattr(standard, name) for name in _PROPERTIES} | {"owner": standard.owner_id}
        super().__init__(*args, **options)
