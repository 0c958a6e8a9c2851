"""The form of the help button on other sites."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import LANGUAGES, LinesField, PolicyForm
from otklik.foundation.policies import policy

_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
_HOST = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?")


class OriginsField(LinesField):
    """One site per line, kept as browsers name them: ``https://shop.example``, ``https://*.shop.example``."""

    def clean(self, value: Any) -> list[str]:
        return sorted({_origin(line) for line in super().clean(value)})


def _origin(line: str) -> str:
    text = line.strip().lower()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    try:
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        host, port = "", None
    if parts.scheme not in {"https", "http"} or not _HOST.fullmatch(host) or parts.username:
        raise forms.ValidationError(
            _now("“%(line)s” is no site. Write for example https://shop.example"), params={"line": line}
        )
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


_OUR_WORD = _("Short words that people press. Empty: our own.")


class WidgetForm(PolicyForm):
    """How the help button looks, and on which sites it may do what."""

    widget__position = forms.ChoiceField(
        label=_("Where it stands"),
        help_text=_("Where people find the button on your site."),
        choices=(
            ("right", _("In the right corner")),
            ("left", _("In the left corner")),
            ("none", _("Nowhere: only your own links open it")),
        ),
    )
    label_ru = forms.CharField(
        label=_("What stands on it in Russian"), max_length=40, required=False, help_text=_OUR_WORD
    )
    label_en = forms.CharField(
        label=_("What stands on it in English"), max_length=40, required=False, help_text=_OUR_WORD
    )
    widget__accent = forms.CharField(
        label=_("Colour of buttons"),
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("The words on it become black or white, whichever is read better."),
    )
    widget__language = forms.ChoiceField(
        label=_("Language"),
        choices=(("", _("As the page it stands on")), *LANGUAGES),
        required=False,
        help_text=_("In which language the button speaks."),
    )
    widget__theme = forms.ChoiceField(
        label=_("Light or dark"),
        help_text=_("How the panel behind the button looks."),
        choices=(("host", _("As the page it stands on")), ("light", _("Light")), ("dark", _("Dark"))),
    )
    widget__origins = OriginsField(
        label=_("Your sites, one per line"),
        help_text=_(
            "Only from these sites may people write to us in the button. While none stands here, any site may show "
            "public articles, and writing opens our own page."
        ),
    )

    @staticmethod
    def in_force() -> dict[str, Any]:
        """The stored values, by field."""
        labels = policy("widget.labels")
        names = [name for name in WidgetForm.base_fields if name.startswith("widget__")]
        kept = {name: policy(name.replace("__", ".")) for name in names}
        return kept | {f"label_{language}": labels.get(language, "") for language, _name in LANGUAGES}

    def clean_widget__accent(self) -> str:
        accent = str(self.cleaned_data["widget__accent"]).lower()
        if not _ACCENT.fullmatch(accent):
            raise forms.ValidationError(_now("Write a colour like #1d5f96."))
        return accent

    def policies(self) -> dict[str, Any]:
        data = self.cleaned_data
        labels = {language: data[f"label_{language}"].strip() for language, _name in LANGUAGES}
        kept = {name.replace("__", "."): value for name, value in data.items() if name.startswith("widget__")}
        return kept | {"widget.labels": {language: label for language, label in labels.items() if label}}
