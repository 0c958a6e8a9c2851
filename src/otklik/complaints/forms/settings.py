"""The forms of what is set for complaints: rules, terms, ways outside."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.complaints.models import Term, Way
from otklik.foundation.http.forms import DeskForm, PolicyForm


class RulesForm(PolicyForm):
    complaints__acknowledge_at_once = forms.BooleanField(
        label=_("Customers who complain on their page get a letter with the number at once"),
        required=False,
        help_text=_(
            "It says who is looking into it and when the customer will hear. A serious complaint is acknowledged by a "
            "person."
        ),
    )
    complaints__hear_within_days = forms.IntegerField(
        label=_("Working days until the customer hears from us"),
        min_value=1,
        max_value=30,
        help_text=_("Proposed when a complaint is acknowledged; never later than the nearest deadline."),
    )
    complaints__keeps_case_open = forms.BooleanField(
        label=_("A complaint keeps its case open"),
        required=False,
        help_text=_("No case is called solved before its complaint is answered, nor closed by silence or as spam."),
    )


class TermForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    basis = forms.CharField(
        label=_("Legal basis"),
        max_length=300,
        required=False,
        help_text=_("Law and article, or your own rule."),
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=366, initial=10)
    is_working = forms.TypedChoiceField(
        label=_("Which days count"),
        choices=[("", _("All days")), ("working", _("Working days of the team"))],
        coerce=lambda value: value == "working",
        required=False,
    )
    starts = forms.ChoiceField(
        label=_("It begins on the day after"),
        choices=[("received", _("the customer's words reached us")), ("registered", _("the complaint got its number"))],
    )
    moves_on = forms.BooleanField(
        label=_("A last day that is not a working day moves to the next one"), required=False, initial=True
    )
    warn_days = forms.IntegerField(label=_("Days of notice before it"), min_value=0, max_value=60, initial=2)
    is_default = forms.BooleanField(label=_("Applies to every complaint"), required=False)
    is_active = forms.BooleanField(label=_("Can be used"), required=False, initial=True)

    def __init__(self, *args: Any, term: Term | None = None, **options: Any) -> None:
        initial = {name: getattr(term, name) for name in self.base_fields} if term else {}
        if term is not None:
            initial["is_working"] = "working" if term.is_working else ""
        super().__init__(*args, **options | {"initial": initial})

    def clean_is_working(self) -> bool:
        """Nothing chosen is all days."""
        return bool(self.cleaned_data["is_working"])


class WayForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    words = forms.CharField(
        label=_("How to turn to them, in your words"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    url = forms.CharField(label=_("Web address"), max_length=300, required=False)
    position = forms.IntegerField(label=_("Position in the list"), min_value=0, max_value=1000, initial=0)
    is_active = forms.BooleanField(label=_("Offered"), required=False, initial=True)

    def __init__(self, *args: Any, way: Way | None = None, **options: Any) -> None:
        initial = {name: getattr(way, name) for name in self.base_fields} if way else {}
        super().__init__(*args, **options | {"initial": initial})
