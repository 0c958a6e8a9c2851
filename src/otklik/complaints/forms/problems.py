"""The forms of a problem: what it is, and what shows it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.complaints.models import Problem
from otklik.complaints.queries import open_problems
from otklik.foundation.http.forms import DeskForm
from otklik.standards.models import Standard
from otklik.team.models import Agent
from otklik.team.queries import serving


class ProblemForm(DeskForm):
    title = forms.CharField(label=_("Problem, in one line"), max_length=200)
    root_cause = forms.CharField(
        label=_("Why it happened"),
        help_text=_("The cause behind the cause, not who did it."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    changes = forms.CharField(
        label=_("What we change"),
        help_text=_("So that it does not happen again."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    owner = forms.ModelChoiceField(label=_("In charge"), queryset=Agent.objects.none(), empty_label=None)
    due_on = forms.DateField(
        label=_("Fix by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    standard = forms.ModelChoiceField(
        label=_("Service standard concerned"),
        queryset=Standard.objects.order_by("name"),
        required=False,
        empty_label=_("None"),
    )
    watch_weeks = forms.IntegerField(
        label=_("Weeks that it must stay away"),
        help_text=_("Where its rate is measured: so long after it was fixed, before it can be called checked."),
        required=False,
        min_value=1,
        max_value=26,
    )

    def __init__(self, *args: Any, problem: Problem | None = None, me: int | None = None, **options: Any) -> None:
        initial: dict[str, Any] = {"owner": me, "watch_weeks": Problem._meta.get_field("watch_weeks").default}
        if problem is not None:
            initial = {name: getattr(problem, name) for name in self.base_fields}
        super().__init__(*args, **options | {"initial": initial})
        self.fields["owner"].queryset = serving().order_by("name", "id")  # type: ignore[attr-defined]

    def clean_watch_weeks(self) -> int:
        """As it was, where nothing is said."""
        return int(self.cleaned_data["watch_weeks"] or self.initial["watch_weeks"])


class FixForm(DeskForm):
    what = forms.CharField(label=_("What is done"), max_length=300)
    agent = forms.ModelChoiceField(label=_("By whom"), queryset=Agent.objects.none(), empty_label=None)
    due_on = forms.DateField(label=_("Until when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agent"].queryset = serving().order_by("name", "id")  # type: ignore[attr-defined]


class NoHelpForm(DeskForm):
    because = forms.CharField(
        label=_("Why it did not help"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class TellForm(DeskForm):
    """What those who were touched are told, in the languages that they read."""

    words_ru = forms.CharField(
        label=_("In Russian"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    words_en = forms.CharField(
        label=_("In English"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )

    @property
    def words(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"words_{language}"] for language in ("ru", "en")}


class ShowsForm(DeskForm):
    """What shows a problem, by its number."""

    complaint = forms.IntegerField(label=_("Complaint No."), required=False, min_value=1)
    case = forms.IntegerField(label=_("Case No."), required=False, min_value=1)


class OfCaseForm(DeskForm):
    problem = forms.ModelChoiceField(label=_("Problem behind it"), queryset=Problem.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["problem"].queryset = open_problems()  # type: ignore[attr-defined]
