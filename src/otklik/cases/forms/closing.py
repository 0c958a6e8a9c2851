"""How letters end in which something is finished: the house's own lines."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from otklik.cases.closing import LANGUAGES, NAMES, RULES, SPOKEN, WHEN, Happened, own_words
from otklik.foundation.http.forms import PolicyForm


class ClosingForm(PolicyForm):
    """A line for each happening, in each language in which customers are written to."""

    cases__closes_warmly = forms.BooleanField(
        label=gettext_lazy("Prepare a warm close"),
        required=False,
        help_text=gettext_lazy(
            "Whoever writes sees the line before it leaves, changes it or leaves it out. An empty field stands for the "
            "words that are shown in it in grey."
        ),
    )


def _instead(happened: str, language: str) -> str:
    """What an empty line stands for."""
    return own_words(Happened(happened), language)


def _line(happened: Happened, language: str) -> forms.CharField:
    return forms.CharField(
        label=format_lazy("{}, {}", NAMES[happened], SPOKEN[language]),
        help_text=WHEN[happened],
        required=False,
        max_length=500,
        widget=forms.Textarea(
            attrs={"rows": 2, "lang": language, "placeholder": lazy(_instead, str)(happened.value, language)}
        ),
    )


_LINES: dict[str, Any] = {
    RULES[one][language].replace(".", "__"): _line(one, language) for one in Happened for language in LANGUAGES
}
ClosingForm.base_fields.update(_LINES)
