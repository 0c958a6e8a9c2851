"""The forms of suggestions."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.foundation.http.forms import DeskForm, PolicyForm
from otklik.foundation.in_use import is_in_use
from otklik.knowledge.models import Article
from otklik.reach.models import Message
from otklik.standards.models import Standard
from otklik.suggestions.labels import STATES
from otklik.suggestions.models import State, Suggestion
from otklik.team.models import Agent
from otklik.team.queries import serving

_LONGEST = 20_000
_GLIMPSE = 160


def _text(label: Any, *, rows: int = 4, hint: Any = "", required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, required=required, help_text=hint, max_length=_LONGEST)


def _title(hint: Any = "", *, required: bool = False) -> forms.CharField:
    label = _("What would be better, in one line")
    return forms.CharField(label=label, max_length=200, required=required, help_text=hint)


def new_key() -> str:
    """For one form: however often it is sent, it is heard once."""
    return secrets.token_hex(12)


class BoardForm(PolicyForm):
    suggestions__board_is_open = forms.BooleanField(
        label=_("Customers see the board of suggestions"),
        required=False,
        help_text=_(
            "Each text on it was approved by one of you, without names. Otherwise everybody sees only their own."
        ),
    )


class FilterForm(DeskForm):
    state = forms.ChoiceField(label=_("State"), required=False)
    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("Anybody's")), ("mine", _("Mine: I see to it"))]
    )
    said = forms.ChoiceField(
        label=pgettext_lazy("who suggested it", "Who said it"),
        required=False,
        choices=[("", _("Everybody")), ("customers", _("Customers")), ("colleagues", _("Colleagues"))],
    )
    words = forms.CharField(label=_("Words"), required=False, max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = [("", _("Not over")), ("untold", _("Done, not told")), ("all", _("All"))]
        states = [(one.value, STATES[one].text) for one in State]
        self.fields["state"].choices = [*groups, *states]  # type: ignore[attr-defined]  # it is one of several


class OnceForm(DeskForm):
    key = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"key": new_key()} | (options.get("initial") or {})
        super().__init__(*args, **options)


class VoiceForm(OnceForm):
    """One more voice: whose, and in which words."""

    words = _text(
        _("In the person's own words"),
        hint=_("As they said it. Nothing is lost when voices come together."),
        required=False,
    )
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    name = forms.CharField(label=_("The customer's name"), max_length=200, required=False)


class NewForm(VoiceForm):
    title = _title(_("Everybody of you reads it: no names. Left empty, it is their first words."))
    source = forms.CharField(widget=forms.HiddenInput, max_length=8, required=False)
    field_order = ("words", "title", "email", "phone", "name", "source", "key")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].required = True


class FromCaseForm(DeskForm):
    """Out of what was said in a case."""

    message = forms.TypedChoiceField(
        label=_("What was said"), coerce=int, required=False, empty_value=None, widget=forms.RadioSelect
    )
    words = _text(
        _("In the person's own words"),
        hint=_("The part of it that says what would be better. Left empty, all that was said."),
        required=False,
    )
    title = _title(_("Everybody of you reads it: no names. Left empty, it is their first words."))

    def __init__(self, *args: Any, said: list[Message], **options: Any) -> None:
        super().__init__(*args, **options)
        self.said = {one.pk: one for one in said}
        choices = [(one.pk, f"{' '.join(one.text.split())[:_GLIMPSE]}") for one in said]
        self.fields["message"].choices = choices  # type: ignore[attr-defined]


class IdeaForm(OnceForm):
    """A colleague's own."""

    words = _text(_("What would you do better, if you ran the company?"))
    title = _title(_("Left empty, it is your first words."))
    hinders = forms.BooleanField(
        label=_("It keeps me from serving well"),
        required=False,
        help_text=_("Goes straight to the leads; everybody reads it once they have answered."),
    )
    is_nameless = forms.BooleanField(
        label=_("Without my name"),
        required=False,
        help_text=_("No name and no hour are kept, only the day. Nobody can tell you what became of it then."),
    )
    field_order = ("words", "title", "hinders", "is_nameless", "key")


class EditForm(DeskForm):
    title = _title(required=True)
    about = _text(_("What we write beside it"), hint=_("For us: what is meant, what it would take."), required=False)
    owner = forms.ModelChoiceField(
        label=_("Who sees to it"), queryset=Agent.objects.none(), required=False, empty_label=_("Nobody yet")
    )
    due_on = forms.DateField(
        label=_("By which day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, suggestion: Suggestion, **options: Any) -> None:
        initial = {name: getattr(suggestion, name) for name in self.base_fields}
        super().__init__(*args, **options | {"initial": initial})
        self.fields["owner"].queryset = serving().order_by("name", "id")  # type: ignore[attr-defined]


class DeclineForm(DeskForm):
    reason = _text(_("Why not"), hint=_("Whoever asked reads it, under your name if you also answer."))


class AnswerForm(DeskForm):
    answer = _text(_("What we answer"), hint=_("Under your name, for everybody who asked and for the board."))


class ShowForm(DeskForm):
    title = _title(required=True)
    words = _text(
        _("A few words more"),
        hint=_("What customers read on the board. No names, nothing that tells who said it."),
        required=False,
    )


class MergeForm(DeskForm):
    into = forms.IntegerField(label=_("Number of the other suggestion"), min_value=1)


class LinkForm(DeskForm):
    case = forms.IntegerField(label=_("Case No."), required=False, min_value=1)
    article = forms.ModelChoiceField(
        label=_("Article"), queryset=Article.objects.none(), required=False, empty_label=_("None")
    )
    standard = forms.ModelChoiceField(
        label=_("Service standard"), queryset=Standard.objects.order_by("name"), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_in_use("knowledge"):
            rows = Article.objects.filter(archived_at=None, live__isnull=False).select_related("live")
            self.fields["article"].queryset = rows.order_by("live__title")[:500]  # type: ignore[attr-defined]
        else:
            del self.fields["article"]


class PraiseForm(DeskForm):
    words = _text(
        _("What customers read"), hint=_("Kind words as they were said, without names and what tells who it is.")
    )


class ThankForm(DeskForm):
    words = _text(_("Your own words"), rows=6, hint=_("Say it as you would to this person. It leaves as your answer."))


class TellForm(DeskForm):
    """The letter to everyone who asked. ``seen``: the words that the presser was shown as a letter."""

    words = forms.CharField(
        label=_("What has changed"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=_LONGEST,
        help_text=_("Each letter greets by name and quotes what this person said."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    people = forms.IntegerField(widget=forms.HiddenInput, required=False)
