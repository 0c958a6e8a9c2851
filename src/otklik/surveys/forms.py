"""Forms of the desk about surveys."""

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from otklik.foundation.http.forms import DeskForm
from otklik.surveys.definition import Definition
from otklik.surveys.examples import EXAMPLES, example
from otklik.surveys.shape import SurveyIn

_LARGEST = 1_000_000


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


class CopyForm(DeskForm):
    name = forms.CharField(max_length=120)
