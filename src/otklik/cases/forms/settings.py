"""Forms of prepared texts and custom fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.cases import labels
from otklik.cases.models import CustomField, Priority
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import DeskForm, LinesField
from otklik.standards.kinds import KIND_CHOICES
from otklik.team.models import Team


class MacroForm(DeskForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    team = forms.ModelChoiceField(
        label=_("For which team"),
        queryset=Team.objects.order_by(ByName()),
        required=False,
        empty_label=_("For all"),
    )
    tags = forms.CharField(label=_("Adds tags"), required=False, max_length=200, help_text=_("With commas between."))
    kind = forms.ChoiceField(
        label=_("Sets the kind"),
        choices=[("", _("Leaves it")), *KIND_CHOICES],
        required=False,
    )
    priority = forms.ChoiceField(
        label=_("Sets the priority"), required=False,
        choices=[("", _("Leaves it")), *((one, labels.PRIORITIES[one].text) for one in Priority.values)],
    )  # fmt: skip
    solve = forms.BooleanField(label=_("Marks the case as solved"), required=False)
    is_active = forms.BooleanField(label=_("Can be used"), required=False, initial=True)
    change_note = forms.CharField(label=_("What is new, and why"), max_length=200, required=False)

    def actions(self) -> dict[str, Any]:
        """As ``cases.Macro.actions`` keeps them; nothing that does nothing."""
        cleaned = self.cleaned_data
        tags = [tag.strip() for tag in cleaned["tags"].split(",") if tag.strip()]
        chosen = {"tags": tags, "kind": cleaned["kind"], "priority": cleaned["priority"], "solve": cleaned["solve"]}
        return {name: value for name, value in chosen.items() if value}


class CustomFieldForm(DeskForm):
    about = forms.ChoiceField(label=_("A field of"), choices=[("case", _("Cases")), ("customer", _("Customers"))])
    key = forms.CharField(
        label=_("Key for programs"), max_length=40, help_text=_("Small Latin letters, digits and _. It never changes.")
    )
    name = forms.CharField(label=_("Name on the screen"), max_length=80)
    kind = forms.ChoiceField(
        label=_("What is written there"),
        choices=[
            ("text", _("Text")),
            ("number", pgettext_lazy("kind of a field", "Number")),
            ("choice", _("One of several answers")),
            ("date", _("Date")),
            ("bool", _("Yes or no")),
        ],
    )
    choices = LinesField(label=_("Answers to choose from"), help_text=_("One per line."))
    is_required = forms.BooleanField(label=_("Must be filled in"), required=False)
    is_shown_to_customer = forms.BooleanField(
        label=_("The customer sees it"),
        required=False,
        help_text=_("A field of a case stands on the page where the customer sees that case."),
    )
    is_active = forms.BooleanField(label=_("Is asked"), required=False, initial=True)
    position = forms.IntegerField(label=_("Position in the list"), min_value=0, max_value=1000, initial=0)

    def __init__(self, *args: Any, field: CustomField | None = None, **options: Any) -> None:
        names = (
            "about",
            "key",
            "name",
            "kind",
            "choices",
            "is_required",
            "is_shown_to_customer",
            "is_active",
            "position",
        )
        initial = {name: getattr(field, name) for name in names} if field else {}
        super().__init__(*args, **options | {"initial": initial})
        if field is not None:
            self.fields["about"].disabled = self.fields["key"].disabled = True
