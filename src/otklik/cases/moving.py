"""What an agent says when a case moves on: solved, opened again, to somebody else, into another one."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.http.forms import DeskForm
from otklik.team.queries import Face


class SolveForm(DeskForm):
    summary = forms.CharField(
        label=_("What was done"),
        help_text=_("The customer reads it together with the question whether it is solved."),
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        error_messages={"required": _("Tell the customer what was done.")},
    )
    closing = forms.CharField(
        label=_("Closing line"),
        help_text=_("A prepared line. Change it, or leave it out."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReopenForm(DeskForm):
    reason = forms.CharField(
        label=_("Why it is opened again"),
        help_text=_("Colleagues read it, the customer does not."),
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": _("Say why the case is opened again.")},
    )


class TransferForm(DeskForm):
    to = forms.TypedChoiceField(label=_("New owner"), coerce=int)
    summary = forms.CharField(
        label=_("What the next owner must know"),
        help_text=_("Prepared from the case: read it and add what is missing. The customer is told the new name."),
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={
            "required": _("Write what the next owner must know, so that the customer tells nothing twice.")
        },
    )

    def __init__(self, *args: Any, people: Sequence[Face], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.TypedChoiceField, self.fields["to"]).choices = [("", "—"), *((one.id, one.name) for one in people)]


class MergeForm(DeskForm):
    """Which case of the same customer comes here: chosen from those in sight."""

    other = forms.IntegerField(
        label=_("The other case"), min_value=1, widget=forms.Select, error_messages={"required": _("Choose a case.")}
    )

    def __init__(self, *args: Any, others: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["other"].widget.choices = [("", "—"), *others]
        if not others:
            self.fields["other"].help_text = _("This customer has no other case that you may see.")
