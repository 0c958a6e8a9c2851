"""Forms of goodwill and refusals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import DeskForm, LinesField, PolicyForm
from otklik.goodwill.labels import GIFT_KINDS
from otklik.goodwill.models import Gift
from otklik.goodwill.money import KOPECKS, kopecks_of
from otklik.standards.kinds import KIND_CHOICES
from otklik.standards.models import Standard

_CODE = r"^[a-z0-9_-]+$"


class MoneyField(forms.CharField):
    """Rubles as people write them; cleans to kopecks, to None where nothing stands."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=24, widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 10}), **options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / KOPECKS:.2f}".removesuffix(".00").replace(".", ",") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        if (kopecks := kopecks_of(text)) is None:
            raise forms.ValidationError(_("This is not an amount in rubles, such as 1 200 or 420,50."))
        return kopecks


def text_area(label: Any, help_text: Any = "", rows: int = 3, *, required: bool = False) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "maxlength": 4000})
    return forms.CharField(label=label, help_text=help_text, required=required, widget=area, max_length=4000)


def _code() -> forms.RegexField:
    return forms.RegexField(
        regex=_CODE,
        label=_("Code for programs"),
        max_length=40,
        help_text=_("Lowercase Latin letters, digits, - and _."),
    )


class AnswerForm(DeskForm):
    """A lead's word; ``amount`` only of an open gift."""

    amount = MoneyField(label=_("Amount in rubles, if less than was asked for"), required=False)
    words = text_area(_("Message to your colleague"), _("A “no” needs its reason: the customer will be told why."), 2)

    def __init__(self, *args: Any, gift: Gift, **options: Any) -> None:
        super().__init__(*args, **options)
        if not gift.is_open:
            del self.fields["amount"]


class TellForm(DeskForm):
    words = text_area(_("What you write to the customer"), rows=4)


class GiftForm(DeskForm):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    code = _code()
    kind = forms.ChoiceField(label=_("What it is"), choices=list(GIFT_KINDS.items()))
    cost = MoneyField(label=_("What it costs us, in rubles"), help_text=_("The cheaper ones are offered first."))
    is_open = forms.BooleanField(label=_("The agent chooses the amount, up to this sum"), required=False)
    needs_a_lead = forms.BooleanField(label=_("Only a lead gives it"), required=False)
    tags = LinesField(
        label=_("Tags of cases that it fits"),
        help_text=_("One per line, as cases are tagged: “parcel late”."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of cases that it fits"),
        choices=KIND_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Note for the agent"), max_length=160, required=False, help_text=_("For example, how soon it arrives.")
    )
    words = text_area(_("Suggested words"), _("A letter to the customer; the agent adapts it to the person."), 4)
    is_active = forms.BooleanField(label=_("Can be used"), required=False, initial=True)


class SituationForm(DeskForm):
    name = forms.CharField(
        label=_("What happened"), max_length=120, help_text=_("As colleagues say it: “The book came damaged”.")
    )
    gifts = forms.ModelMultipleChoiceField(
        label=_("What helps then"),
        queryset=Gift.objects.order_by("cost", "name"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The cheaper ones are offered first."),
    )
    words = text_area(_("Suggested words"), _("For any of these gifts. Leave empty for the words of the gift."), 4)
    tags = LinesField(
        label=_("Tags of cases where this is likely"),
        help_text=_("One per line. In such a case the situation is offered first."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of cases where this is likely"),
        choices=KIND_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(label=_("Can be used"), required=False, initial=True)


class RuleForm(DeskForm):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    code = _code()
    text = text_area(_("The rule, as a customer is told it"), required=True)
    words = text_area(_("How the letter begins"), _("Be kind, and say what we can do instead."), 4)
    standard = forms.ModelChoiceField(
        label=_("The service standard that it belongs to"),
        queryset=Standard.objects.order_by(ByName()),
        required=False,
        empty_label=_("None"),
    )
    review_at = forms.DateField(
        label=_("Review on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    is_active = forms.BooleanField(label=_("Can be used"), required=False, initial=True)


class LimitForm(DeskForm):
    day = MoneyField(label=_("Per day, in rubles"), required=False, help_text=_("Leave empty for the usual limit."))
    month = MoneyField(label=_("Per month, in rubles"), required=False, help_text=_("Leave empty for the usual limit."))


class BudgetForm(DeskForm):
    monthly = MoneyField(
        label=_("Per month, in rubles"),
        help_text=_("Applies from this month on. If you lower it, only what is still left is taken back."),
    )


class GoodwillForm(PolicyForm):
    goodwill__day_rubles = forms.IntegerField(
        label=_("What an agent may give per day without asking, in rubles"),
        min_value=0,
        max_value=10_000_000,
        help_text=_("A colleague's own limit replaces this one. Leads are limited only by the team's budget."),
    )
    goodwill__month_rubles = forms.IntegerField(
        label=_("What an agent may give per month without asking, in rubles"),
        min_value=0,
        max_value=10_000_000,
        help_text=_("Days and months follow the clock of the case's team."),
    )
    goodwill__lead_answers_within_minutes = forms.IntegerField(
        label=_("A lead answers within, working minutes"),
        min_value=1,
        max_value=10_000,
        help_text=_("By then the agent and the customer will hear; a lead who is late is reminded at once."),
    )


class GiveForm(DeskForm):
    """``amount`` only of an open gift; ``told`` only where a lead is asked."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    amount = MoneyField(label=_("Amount in rubles"), required=False)
    words = text_area(_("What you write to the customer"), _("Sent in your name. Leave empty to send no letter."), 4)
    reason = text_area(_("Why it is right for this customer"), _("For colleagues only; the customer never sees it."), 2)
    told = text_area(
        _("What the customer is told now, while your lead decides"),
        _("Sent in your name. Leave empty to send no letter."),
        2,
    )

    def __init__(self, *args: Any, gift: Gift, is_asked: bool, **options: Any) -> None:
        """``is_asked``: only a lead gives it, who decides by the reason."""
        super().__init__(*args, **options)
        self.fields["reason"].required = is_asked
        if gift.is_open:
            self.fields["amount"].required = True
        else:
            del self.fields["amount"]


class ReverseForm(DeskForm):
    reason = text_area(_("Why it is taken back"), rows=2, required=True)


class RefuseForm(DeskForm):
    reason = text_area(
        _("Why, in your own words to the customer"),
        _("Kindly and without blame: what we cannot do, why, and what we can."),
        5,
        required=True,
    )
    instead = forms.ModelChoiceField(
        label=_("What we can do instead"),
        queryset=Gift.objects.filter(is_active=True).order_by("cost", "name"),
        required=False,
        empty_label=_("Nothing from the catalogue"),
        help_text=_("It is offered, not given: give it once the customer agrees."),
    )
    is_told = forms.BooleanField(label=_("Send these words to the customer now"), required=False, initial=True)
