"""By which phrases the mood of a customer's last words is guessed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.cases.mood import LABELS, RULES, Mood
from otklik.foundation.http.forms import LinesField, PolicyForm


class MoodForm(PolicyForm):
    """One phrase per line; the beginning of a word stands for all its forms."""

    cases__mood_hint = forms.BooleanField(
        label=_("Hint at the mood of a customer's last words"),
        required=False,
        help_text=_("Only whoever answers sees it. It is kept nowhere, and no order or priority follows from it."),
    )


_LINES: dict[str, Any] = {
    RULES[one].replace(".", "__"): LinesField(
        label=LABELS[one], help_text=_("One per line; the beginning of a word stands for all its forms.")
    )
    for one in Mood
}
for field in _LINES.values():
    field.widget.attrs["lang"] = "mul"  # of several languages, whatever the page speaks
MoodForm.base_fields.update(_LINES)
