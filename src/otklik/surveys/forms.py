"""Forms of the desk about surveys."""

import csv
import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from otklik.foundation.http.forms import DeskForm
from otklik.foundation.text.decoding import NotText
from otklik.surveys.definition import Definition
from otklik.surveys.examples import EXAMPLES, example
from otklik.surveys.labels import CHANNELS, TRIGGERS
from otklik.surveys.listed import Line, lines_of
from otklik.surveys.shape import SurveyIn

_LARGEST = 1_000_000
_LARGEST_LIST = 5_000_000
_PLACE = "segment:"


def read_survey(text: str) -> Definition:
    """A survey from its JSON. Raises ``forms.ValidationError`` with the place of what is wrong."""
    try:
        taken = SurveyIn.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise forms.ValidationError(gettext("This is no JSON: line %(line)d.") % {"line": error.lineno}) from error
    except (ValidationError, RecursionError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": ""}
        place = ".".join(str(part) for part in first["loc"]) or "—"
        raise forms.ValidationError(
            gettext("This is no survey: at %(place)s, %(problem)s.") % {"place": place, "problem": first["msg"]}
        ) from error
    return taken.definition()


class NewSurveyForm(DeskForm):
    example = forms.ChoiceField(
        label=_("Begin with"), choices=lambda: [(key, name) for key, name in EXAMPLES.items()], widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("What you call it among yourselves.")
    )
    file = forms.FileField(
        label=_("Or a file"), required=False, help_text=_("A survey as JSON, as “Take out as a file” gives it.")
    )

    def clean_file(self) -> Definition | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if not file:
            return None
        if (file.size or 0) > _LARGEST:
            raise forms.ValidationError(gettext("This file is too large for a survey."))
        return read_survey(file.read().decode("utf-8-sig", errors="replace"))

    def definition(self) -> Definition:
        """What the survey begins with, under the name that was typed."""
        found = self.cleaned_data["file"] or example(self.cleaned_data["example"])
        name = self.cleaned_data["name"].strip()
        return found.called(name) if name else found


class SurveyForm(DeskForm):
    text = forms.CharField(
        label=_("The survey as JSON"),
        help_text=_("Questions, pages, conditions and translations; docs/survey.schema.json tells the format."),
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code"}),
        max_length=_LARGEST,
    )
    edits = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_text(self) -> Definition:
        return read_survey(self.cleaned_data["text"])


class PlanForm(DeskForm):
    trigger = forms.ChoiceField(label=_("Asks by itself"), choices=list(TRIGGERS.items()), widget=forms.RadioSelect)
    share = forms.IntegerField(
        label=_("Share of them, in percent"),
        min_value=1,
        max_value=100,
        help_text=_("Drawn by chance, anew each time. The fewer you ask, the sooner you may ask again."),
    )
    delay_hours = forms.IntegerField(
        label=_("Hours after the case is closed"),
        min_value=0,
        max_value=720,
        help_text=_("For questions after a case."),
    )
    every_days = forms.IntegerField(
        label=_("Days between two rounds"), min_value=1, max_value=365, help_text=_("For the schedule.")
    )
    reminders = forms.TypedChoiceField(
        label=_("Reminders to the silent"),
        coerce=int,
        choices=[(0, _("none")), (1, _("one")), (2, _("two"))],
        help_text=_("Whoever has begun, said “not now” or “never” gets none."),
    )
    remind_after_days = forms.IntegerField(label=_("Days between two letters"), min_value=1, max_value=30)


class ListForm(DeskForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV in any charset, with commas, semicolons or tabs. A column with addresses is enough; a name and a "
            "segment may stand beside it."
        ),
    )

    def clean_file(self) -> list[Line]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > _LARGEST_LIST:
            raise forms.ValidationError(gettext("This file is too large. Divide it."))
        self.file_name = file.name or "list.csv"
        try:
            return lines_of(file.read())
        except NotText as error:
            said = gettext("This is no text that we can read (line %(line)d). Save the file as UTF-8.")
            raise forms.ValidationError(said % {"line": error.line}) from error
        except csv.Error as error:
            raise forms.ValidationError(gettext("The table is broken here: %(why)s") % {"why": error}) from error


class HandForm(DeskForm):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)


class NoteForm(DeskForm):
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(label=_("What happened"), max_length=120, help_text=_("For example: “we moved”."))


class ResultsForm(DeskForm):
    """Stands in the address."""

    days = forms.CharField(required=False, widget=forms.HiddenInput)
    over = forms.ChoiceField(label=_("Look closely at"), required=False)
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    channel = forms.ChoiceField(label=_("How they were asked"), required=False)
    against = forms.ChoiceField(label=_("Compared with"), required=False)

    def __init__(
        self, data: Any, *, questions: Sequence[tuple[str, str]], segments: Sequence[str], channels: Sequence[str]
    ) -> None:
        super().__init__(data)
        places = [(one, one) for one in segments if one]
        every = {
            "over": list(questions),
            "segment": [("", _("All")), *places],
            "channel": [("", _("All")), *((one, CHANNELS.get(one, one)) for one in channels)],
            "against": [("", _("as long a time before")), *((f"{_PLACE}{one}", one) for one, _text in places)],
        }
        for name, choices in every.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def chosen(self, name: str) -> str:
        """What is asked for, '' where the address says nothing that there is."""
        value = str(self.data.get(name, ""))
        known = {str(key) for key, _text in self.fields[name].choices}  # type: ignore[attr-defined]
        return value if value in known else ""

    @property
    def other_segment(self) -> str:
        """The segment to compare with; '' for the days before."""
        return self.chosen("against").removeprefix(_PLACE)
