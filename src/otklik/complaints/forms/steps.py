"""The forms of a complaint's stages: each is one page with one button."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.cases.closing import closing_for
from otklik.complaints import letters
from otklik.complaints.labels import DECISIONS, SEVERITIES
from otklik.complaints.models import Complaint, Decision, Problem, Term, Way
from otklik.complaints.queries import open_problems, promised, standard_terms, ways
from otklik.foundation.http.forms import DeskForm
from otklik.standards.models import Standard
from otklik.team.models import Agent
from otklik.team.queries import serving


def _text(label: Any, *, rows: int = 5, required: bool = True, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, required=required, help_text=hint, max_length=20_000)


def _moment(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, required=required, help_text=hint)


def _agent(label: Any, *, required: bool = False, hint: Any = "") -> "forms.ModelChoiceField[Agent]":
    empty = None if required else _("Not named")
    return forms.ModelChoiceField(
        label=label, queryset=Agent.objects.none(), required=required, empty_label=empty, help_text=hint
    )


def _several[M: Model](label: Any, kind: type[M]) -> "forms.ModelMultipleChoiceField[M]":
    rows = kind._default_manager.none()
    return forms.ModelMultipleChoiceField(
        label=label, queryset=rows, required=False, widget=forms.CheckboxSelectMultiple
    )


def _problem() -> "forms.ModelChoiceField[Problem]":
    return forms.ModelChoiceField(
        label=_("Problem behind it"),
        queryset=Problem.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("What lies behind it, to be fixed once for everybody affected."),
    )


def _offer_problems(form: "StepForm", complaint: Complaint) -> None:
    form.fields["problem"].queryset = open_problems()  # type: ignore[attr-defined]  # it is one of several
    form.initial["problem"] = complaint.problem_id


def _severities(*, with_none: bool) -> list[tuple[Any, Any]]:
    return [*([("", _("Not known yet"))] if with_none else []), *SEVERITIES.items()]


class StepForm(DeskForm):
    """A step of a complaint; its fields are named as the action takes them."""

    def __init__(self, *args: Any, complaint: Complaint | None = None, **options: Any) -> None:
        self.complaint = complaint
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and name in {"against", "investigator", "to"}:
                field.queryset = serving().order_by("name", "id")
        if "terms" in self.fields:
            self.fields["terms"].queryset = standard_terms()  # type: ignore[attr-defined]  # only of such fields
        if complaint is not None:
            self.begin(complaint)

    def begin(self, complaint: Complaint) -> None:
        """What the form says before anybody has written."""


class RegisterForm(StepForm):
    remedy_sought = _text(_("What would put it right, in the customer's words"), rows=3)
    happened = _text(_("What happened"), required=False)
    received_at = _moment(
        _("When it reached us"), required=False, hint=_("Leave empty for now. Deadlines may run from then.")
    )
    severity = forms.TypedChoiceField(
        label=_("How serious it is"), choices=_severities(with_none=True), required=False, coerce=int, empty_value=None
    )
    against = _agent(_("Who the complaint is about"), hint=_("They neither investigate nor decide."))
    terms = _several(_("Deadlines that apply"), Term)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("terms", [term.pk for term in standard_terms() if term.is_default])


class AcknowledgeForm(StepForm):
    words = _text(_("Your words to the customer"), hint=_("Number, name and date are added automatically."))
    hear_by = _moment(_("When they will hear from you"))

    def begin(self, complaint: Complaint) -> None:
        self.initial.update(words=letters.prepared(), hear_by=timezone.localtime(promised(complaint)))


class AssessForm(StepForm):
    severity = forms.TypedChoiceField(label=_("How serious it is"), choices=_severities(with_none=False), coerce=int)
    is_urgent = forms.BooleanField(
        label=_("Health or safety is at stake"), required=False, help_text=_("The leads are told at once.")
    )
    words = _text(_("Reason"), rows=3, required=False)
    against = _agent(_("Who the complaint is about"), hint=_("They neither investigate nor decide."))
    investigator = _agent(_("Who looks into it"), hint=_("They are told at once. Leave empty for whoever records it."))
    terms = _several(_("Deadlines that apply"), Term)

    def begin(self, complaint: Complaint) -> None:
        running = [one.term_id for one in complaint.terms.all()]
        self.initial.update(severity=complaint.severity or 2, against=complaint.against_id, terms=running)


class InvestigateForm(StepForm):
    findings = _text(_("Findings"), rows=8, hint=_("The facts, and how you know them."))


class EntrustForm(StepForm):
    to = _agent(_("Who looks into it"), required=True, hint=_("They are told at once."))


class AnswerForm(StepForm):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(one, DECISIONS[one]) for one in Decision],
        widget=forms.RadioSelect,
    )
    text = _text(_("What we do for the customer"))
    reason = _text(_("Reason for the decision"))
    prevention = _text(_("What keeps it from happening again"), rows=3)
    closing = _text(_("Closing line"), rows=3, required=False, hint=_("A prepared line. Change it, or leave it out."))
    is_solved = forms.BooleanField(
        label=_("Ask in the same letter whether all is solved"),
        required=False,
        initial=True,
        help_text=_("The customer's answer is their word about the complaint."),
    )

    def begin(self, complaint: Complaint) -> None:
        self.initial.update(closing=closing_for(complaint.case))


class RefuseForm(StepForm):
    words = _text(_("What the customer said"))


class WaysForm(StepForm):
    words = _text(_("Your words to the customer"))
    ways = _several(_("Ways outside the company"), Way)

    def begin(self, complaint: Complaint) -> None:
        self.fields["ways"].queryset = ways()  # type: ignore[attr-defined]  # it is one of several
        self.initial.update(ways=[way.pk for way in ways()], words=letters.prepared_ways())


class ImproveForm(StepForm):
    root_cause = _text(_("Why it happened"), hint=_("The cause behind the cause, not who did it."))
    standard = forms.ModelChoiceField(
        label=_("Service standard changed because of it"),
        queryset=Standard.objects.order_by("name"),
        required=False,
        empty_label=_("None"),
    )
    problem = _problem()
    problem_title = forms.CharField(
        label=_("Or a new problem"),
        max_length=200,
        required=False,
        help_text=_("It gets this name and this cause, and you look after it."),
    )

    def begin(self, complaint: Complaint) -> None:
        _offer_problems(self, complaint)


class ProblemOfForm(StepForm):
    problem = _problem()

    def begin(self, complaint: Complaint) -> None:
        _offer_problems(self, complaint)


class WithdrawForm(StepForm):
    words = _text(_("Why it is withdrawn"), hint=_("The customer withdrew it, or it was not a complaint."))


class EndForm(StepForm):
    words = _text(_("What was tried, and why no agreement was found"))


class TermsForm(StepForm):
    terms = _several(_("Deadlines that apply"), Term)

    def begin(self, complaint: Complaint) -> None:
        self.initial["terms"] = [one.term_id for one in complaint.terms.all()]
