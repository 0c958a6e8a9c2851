"""The forms of the builder: one part of a survey at a time, conditions by choosing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm
from otklik.surveys.definition import CHOICES, END, SCORES, Definition, Instrument, Page, Question, said
from otklik.surveys.editing import comparisons
from otklik.surveys.labels import NAMES

_LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}
_NEW_PARTS = 3
_STARS = {"least": 1, "most": 5}
_KEPT = "kept"
"""A condition of several levels: it stays as it is, and is changed in the file."""
DIMENSIONS: dict[str, str | Promise] = {
    "tangibles": _("Tangibles: how things look"),
    "reliability": _("Reliability"),
    "responsiveness": _("Responsiveness"),
    "assurance": _("Assurance: whether one can trust"),
    "empathy": _("Empathy: attention to the person"),
}


# ── Conditions by choosing ────────────────────────────────────────────────────────────────
def in_words(atom: Mapping[str, Any], question: Question, language: str) -> str:
    """What a comparison asks, after the words of its question."""
    value = atom.get("value")
    named = next((said(one.text, language) for one in question.options if one.id == value), value)
    words = {
        "at_most": gettext("%(value)s at most"),
        "at_least": gettext("%(value)s at least"),
        "equals": gettext("is “%(value)s”"),
        "has": gettext("with “%(value)s”"),
        "has_not": gettext("without “%(value)s”"),
        "answered": gettext("was answered"),
        "not_answered": gettext("was not answered"),
    }
    if isinstance(value, bool):
        named = gettext("yes") if value else gettext("no")
    return words.get(atom["is"], "%(value)s") % {"value": named}


def conditions(before: Sequence[Question], language: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Choices of a select, in groups by question."""
    for one in before:
        text = Truncator(said(one.text, language)).chars(48)
        yield text, [(_coded(atom), f"{text} {in_words(atom, one, language)}") for atom in comparisons(one)]


def _coded(condition: Any) -> str:
    return json.dumps(condition, sort_keys=True)


def before(survey: Definition, key: str, *, with_own: bool = False) -> list[Question]:
    """Questions of the pages before the one that is called so or holds it; with its own for what follows it."""
    found: list[Question] = []
    for page in survey.pages:
        if page.key == key or any(one.key == key for one in page.questions):
            return [*found, *page.questions] if with_own else found
        found += page.questions
    return found


class PartForm(DeskForm):
    """``words``: names of its texts, each of which it asks in every language of the survey."""

    edits = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, survey: Definition, source: Mapping[str, Any], language: str) -> None:
        super().__init__(data)
        self.survey, self.source, self.language = survey, source, language
        self.kept: dict[str, Any] = {}

    def ask(self, name: str, label: str | Promise, *, rows: int = 1) -> None:
        words = self.source.get(name) or {}
        for one in self.survey.languages:
            named = f"{label}, {_LANGUAGE_NAMES[one]}" if len(self.survey.languages) > 1 else str(label)
            widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
            self.fields[f"{name}_{one}"] = forms.CharField(
                label=named, initial=words.get(one, ""), required=False, max_length=2_000, widget=widget
            )

    def said(self, name: str) -> dict[str, str]:
        words = {one: self.cleaned_data[f"{name}_{one}"].strip() for one in self.survey.languages}
        return {one: text for one, text in words.items() if text}

    def ask_when(self, name: str, label: str | Promise, known: Any, asked: Sequence[Question]) -> None:
        """A condition of one comparison, or of two that both hold."""
        parts = known.get("all", [known]) if known else []
        groups = list(conditions(asked, self.language))
        offered = {value for _name, group in groups for value, _text in group}
        is_simple = len(parts) < 3 and all(_coded(one) in offered for one in parts)  # noqa: PLR2004
        kept = [] if is_simple else [(_KEPT, gettext("As it is now (several conditions, see the file)"))]
        for at in range(2):
            first = _("always") if at == 0 else _("and nothing else")
            value = _coded(parts[at]) if is_simple and at < len(parts) else _KEPT if kept and at == 0 else ""
            self.fields[f"{name}_{at}"] = forms.ChoiceField(
                label=str(label) if at == 0 else _("and also"), choices=[("", first), *kept, *groups], initial=value,
                required=False,
            )  # fmt: skip
        self.kept[name] = known

    def when(self, name: str) -> dict[str, Any] | None:
        chosen = [self.cleaned_data[f"{name}_{at}"] for at in range(2)]
        if _KEPT in chosen:
            return dict(self.kept[name])
        found = [json.loads(one) for one in chosen if one]
        return {"all": found} if len(found) > 1 else found[0] if found else None


class HeadForm(PartForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    names = forms.ChoiceField(
        label=_("Whose answers"),
        choices=list(NAMES.items()),
        help_text=_("It is said before anybody answers, and the database keeps it."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=list(_LANGUAGE_NAMES.items()), widget=forms.CheckboxSelectMultiple
    )
    family = forms.RegexField(
        r"^[a-z0-9-]{1,40}$",
        label=_("Family"),
        help_text=_("Small Latin letters. “Do not ask any more” holds for all surveys of one family."),
    )

    def __init__(self, data: Any, **about: Any) -> None:
        super().__init__(data, **about)
        self.initial = {name: getattr(self.survey, name) for name in ("name", "names", "languages", "family")}
        self.ask("title", _("Title"))
        self.ask("intro", _("Words before it"), rows=2)
        self.ask("thanks", _("Words of thanks"), rows=2)

    def values(self) -> dict[str, Any]:
        plain = {name: self.cleaned_data[name] for name in ("name", "names", "languages", "family")}
        return plain | {name: self.said(name) for name in ("title", "intro", "thanks")}


class PageForm(PartForm):
    def __init__(self, data: Any, *, page: Page, **about: Any) -> None:
        super().__init__(data, **about)
        self.page = page
        self.ask("title", _("Heading"))
        self.ask_when("show", _("Show the page"), self.source.get("show_if"), before(self.survey, page.key))
        self.jumps = self.source.get("then") or []
        others = [(one.key, said(one.title, self.language) or one.key) for one in self.survey.pages if one is not page]
        go = self.jumps[0]["go"] if self.jumps else ""
        self.fields["go"] = forms.ChoiceField(
            label=_("After it"),
            choices=[("", _("the next page")), *others, (END, _("the end"))],
            required=False,
            initial=go,
        )
        condition = self.jumps[0].get("if") if self.jumps else None
        self.ask_when("leave", _("Go there"), condition, before(self.survey, page.key, with_own=True))

    def values(self) -> dict[str, Any]:
        go = self.cleaned_data["go"]
        condition = self.when("leave")
        first = {"go": go} | ({"if": condition} if condition else {})
        return {
            "title": self.said("title"),
            "show_if": self.when("show"),
            "then": [first, *self.jumps[1:]] if go else self.jumps[1:],
        }


class QuestionForm(PartForm):
    def __init__(self, data: Any, *, question: Question, **about: Any) -> None:
        super().__init__(data, **about)
        self.question = question
        self.ask("text", pgettext_lazy("of a survey", "Question"), rows=2)
        self.ask("hint", _("Explanation"))
        if question.instrument in CHOICES:
            self._ask_parts("options", _("Option"))
        if question.instrument == Instrument.MATRIX:
            self._ask_parts("rows", _("Row"))
        if question.instrument == Instrument.SERVQUAL:
            choices = list(DIMENSIONS.items())
            self.fields["dimension"] = forms.ChoiceField(
                label=_("Dimension"), choices=choices, initial=question.dimension
            )
        if question.instrument in {*SCORES, Instrument.MATRIX}:
            self._ask_ends()
        if question.instrument in SCORES and question.instrument != Instrument.SERVQUAL:
            self._ask_low_score()
        self.fields["is_required"] = forms.BooleanField(
            label=_("Needs an answer"), required=False, initial=question.is_required
        )
        self.ask_when("show", _("Show the question"), self.source.get("show_if"), before(self.survey, question.key))

    def _ask_parts(self, name: str, label: str | Promise) -> None:
        """One field for each in each language; an empty one goes, and a few wait for new ones."""
        self.parts, known = name, {one["id"]: one["text"] for one in self.source.get(name, [])}
        taken = [f"o{number}" for number in range(1, len(known) + _NEW_PARTS + 1) if f"o{number}" not in known]
        self.ids = [*known, *taken[:_NEW_PARTS]]
        for at, part in enumerate(self.ids, start=1):
            for one in self.survey.languages:
                suffix = f", {_LANGUAGE_NAMES[one]}" if len(self.survey.languages) > 1 else ""
                self.fields[f"part_{part}_{one}"] = forms.CharField(
                    label=f"{label} {at}{suffix}", initial=known.get(part, {}).get(one, ""), required=False,
                    max_length=500,
                )  # fmt: skip

    def _ask_ends(self) -> None:
        ends = self.source.get("ends") or {}
        self.source = {**self.source, "low": ends.get("low"), "high": ends.get("high")}
        self.ask("low", _("What the least means"))
        self.ask("high", _("What the most means"))
        if self.question.instrument in {Instrument.RATING, Instrument.MATRIX}:
            self.fields["most"] = forms.TypedChoiceField(
                label=_("The most"), coerce=int, choices=[(one, one) for one in range(2, 11)],
                initial=self.question.range[1],
            )  # fmt: skip

    def _ask_low_score(self) -> None:
        least, most = self.question.range
        choices = [("", _("never")), *((one, str(one)) for one in range(least, most))]
        self.fields["low_score"] = forms.TypedChoiceField(
            label=_("Calls the owner of the case at this score and below"),
            help_text=_("Only where answers have names: the case comes back or is opened, and the lead knows at once."),
            choices=choices, coerce=int, empty_value=None, required=False, initial=self.question.low_score,
        )  # fmt: skip

    def values(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "text": self.said("text"), "hint": self.said("hint"), "show_if": self.when("show"),
            "is_required": self.cleaned_data["is_required"],
        }  # fmt: skip
        if hasattr(self, "parts"):
            found[self.parts] = list(self._parts())
        if "low_score" in self.fields:
            found["low_score"] = self.cleaned_data["low_score"]
        if "dimension" in self.fields:
            found["dimension"] = self.cleaned_data["dimension"]
        if f"low_{self.survey.languages[0]}" in self.fields:
            found["ends"] = {name: words for name in ("low", "high") if (words := self.said(name))}
        if "most" in self.fields:
            scale = {"least": self.question.range[0], "most": self.cleaned_data["most"]}
            found["scale"] = None if scale == _STARS else scale
        return found

    def _parts(self) -> Iterator[dict[str, Any]]:
        for part in self.ids:
            words = {one: self.cleaned_data[f"part_{part}_{one}"].strip() for one in self.survey.languages}
            if any(words.values()):
                yield {"id": part, "text": {one: text for one, text in words.items() if text}}
