"""The questions of how a person likes to be served, for the form of the staff and for that of the customers."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.customers.actions import Wished
from otklik.customers.manner import CHANNELS, FIELDS, FORMS, LABELS, NEEDS, PACES
from otklik.customers.models import Wishes


def _or_nothing(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Not said")), *choices.items()]


class WishesFields(forms.Form):
    """How a person likes to be served, on the page of the staff and on their own. ``was``: the number that was read."""

    was = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    form = forms.ChoiceField(label=LABELS["form"], required=False, choices=_or_nothing(FORMS))
    called_as = forms.CharField(label=LABELS["called_as"], required=False, max_length=60)
    pace = forms.ChoiceField(label=LABELS["pace"], required=False, choices=_or_nothing(PACES))
    channel = forms.ChoiceField(label=LABELS["channel"], required=False, choices=_or_nothing(CHANNELS))
    needs = forms.MultipleChoiceField(
        label=LABELS["needs"], required=False, choices=list(NEEDS.items()), widget=forms.CheckboxSelectMultiple
    )
    own_words = forms.CharField(
        label=LABELS["own_words"], required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    upset = forms.CharField(
        label=LABELS["upset"], required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def wished(self) -> Wished:
        return Wished(**{name: self.cleaned_data[name] for name in FIELDS})

    def has_seen(self, held: Wishes | None) -> None:
        """What others have written meanwhile stands beside the form now: saving once more is meant."""
        data = cast("QueryDict", self.data).copy()
        data["was"] = str(held.number if held else 0)
        self.data = data


def initial_wishes(held: Wishes | None) -> dict[str, Any]:
    return {"was": held.number if held else 0, **({name: getattr(held, name) for name in FIELDS} if held else {})}
