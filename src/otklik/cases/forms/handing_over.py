"""Handing over several cases, each with what its next owner must know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import Case
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import DeskForm
from otklik.team.models import Agent
from otklik.team.queries import serving


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One case on the page: the box that takes it, and the text that goes with it."""

    case: Case
    take: BoundField
    summary: BoundField


class HandOverForm(DeskForm):
    """``summaries``: what is prepared, by the number of the case."""

    to = forms.ModelChoiceField(label=_("New owner"), queryset=Agent.objects.none(), empty_label=_("Choose"))

    def __init__(self, *args: Any, cases: Sequence[Case], summaries: Mapping[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.cases = cases
        self.fields["to"].queryset = serving().order_by(ByName())  # type: ignore[attr-defined]
        for case in cases:
            self.fields[f"take_{case.pk}"] = forms.BooleanField(
                label=_("I have read it: hand it over"), required=False, initial=False
            )
            self.fields[f"summary_{case.pk}"] = forms.CharField(
                label=_("What the next owner must know"),
                initial=summaries.get(case.pk, ""),
                max_length=100_000,
                widget=forms.Textarea(attrs={"rows": 8}),
                error_messages={
                    "required": _("Write what the next owner must know, so that the customer tells nothing twice.")
                },
            )

    def shown(self) -> list[Shown]:
        return [
            Shown(case=case, take=self[f"take_{case.pk}"], summary=self[f"summary_{case.pk}"]) for case in self.cases
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        left = [case for case in self.cases if not cleaned.get(f"take_{case.pk}")]
        for case in left:
            self.errors.pop(f"summary_{case.pk}", None)  # what is not handed over needs no word
        if len(left) == len(self.cases):
            raise forms.ValidationError(_("Tick the cases whose summary you have read."))
        return cleaned
