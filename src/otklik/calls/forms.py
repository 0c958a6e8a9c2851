"""What is typed about calls and visits."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from otklik.calls.slots import Slot
from otklik.calls.values import Direction, Outcome, Quick
from otklik.cases.models import Case, titled
from otklik.cases.vows import VowKind
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import DeskForm, LinesField, PolicyForm
from otklik.team.models import Team
from otklik.ui.words import when

NEW = "new"
_FIRST_HOUR, _LAST_HOUR = time(12, 0), time(17, 0)

_OUTCOMES: Final[tuple[tuple[str, Any], ...]] = (
    (Outcome.NOTED, pgettext_lazy("how a talk ended", "Only written down")),
    (Outcome.PROMISED, pgettext_lazy("how a talk ended", "We promised something")),
    (Outcome.SOLVED, pgettext_lazy("how a talk ended", "Solved at once")),
    (Outcome.WRONG, pgettext_lazy("how a talk ended", "Wrong number")),
)


class NoteForm(DeskForm):
    """What was said, what we promised and by when, and how it ended."""

    case = forms.ChoiceField(label=gettext_lazy("What the talk is about"), widget=forms.RadioSelect)
    direction = forms.ChoiceField(
        label=gettext_lazy("Who called"),
        widget=forms.RadioSelect,
        choices=((Direction.IN, gettext_lazy("They called us")), (Direction.OUT, gettext_lazy("We called them"))),
        initial=Direction.IN,
        required=False,
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=300, required=False)
    said = forms.CharField(
        label=gettext_lazy("What they said"),
        max_length=100_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("It becomes a word of the customer, marked as retold."),
    )
    told = forms.CharField(
        label=gettext_lazy("What we answered or promised"),
        max_length=100_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        widget=forms.RadioSelect,
        initial=Outcome.NOTED,
        choices=_OUTCOMES,
    )
    promise = forms.ChoiceField(
        label=gettext_lazy("What is promised"),
        required=False,
        initial=VowKind.NEXT_WORD,
        choices=(
            (VowKind.NEXT_WORD, pgettext_lazy("promise", "Next word")),
            (VowKind.CALL_BACK, pgettext_lazy("promise", "Call")),
            (VowKind.VISIT, pgettext_lazy("promise", "Visit")),
        ),
    )
    quick = forms.ChoiceField(label=gettext_lazy("By when"), widget=forms.RadioSelect, required=False)
    on = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=gettext_lazy("Hour"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M"],
    )
    began = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cases: Sequence[Case], is_visit: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.moments = quick_moments(timezone.localtime())
        choices = [(str(one.pk), f"{one.pk} · {titled(one.subject)}") for one in cases]
        self._choose("case", [*choices, (NEW, _("A new matter"))])
        self._choose(
            "quick",
            [*((key, _quick_words(key, at)) for key, at in self.moments.items()), (Quick.OTHER, _("Another moment"))],
        )
        self.initial.setdefault("case", choices[0][0] if choices else NEW)
        self.initial.setdefault("quick", next(iter(self.moments)))
        if is_visit:
            del self.fields["direction"]
            self._choose("outcome", [one for one in _OUTCOMES if one[0] != Outcome.WRONG])

    def _choose(self, name: str, choices: Sequence[Any]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["promised_at"] = self._moment(cleaned) if cleaned.get("outcome") == Outcome.PROMISED else None
        is_new = cleaned.get("case") == NEW and cleaned.get("outcome") != Outcome.WRONG
        if is_new and not cleaned.get("said", "").strip() and not self.errors:
            self.add_error("said", _("Write what they said: a new matter begins with their word."))
        return cleaned

    def _moment(self, cleaned: dict[str, Any]) -> datetime | None:
        if cleaned.get("quick") in self.moments:
            return self.moments[cleaned["quick"]]
        if cleaned.get("on") and cleaned.get("at"):
            return timezone.make_aware(datetime.combine(cleaned["on"], cleaned["at"]))
        self.add_error("on", _("Choose the day and the hour that you promised."))
        return None

    @property
    def seconds(self) -> int | None:
        """Of a valid form: how long ago it was begun."""
        began = self.cleaned_data.get("began")
        return None if began is None else int(timezone.now().timestamp()) - began


def quick_moments(now: datetime) -> dict[str, datetime]:
    """Moments to promise with one press, by the clock of whoever looks; what has passed today is not offered."""
    soon = (now + timedelta(hours=1)).replace(second=0, microsecond=0)
    today = now.replace(hour=_LAST_HOUR.hour, minute=0, second=0, microsecond=0)
    tomorrow = (now + timedelta(days=1)).replace(hour=_FIRST_HOUR.hour, minute=0, second=0, microsecond=0)
    later: dict[str, datetime] = {Quick.TODAY: today} if today > soon else {}
    return {Quick.HOUR: soon, **later, Quick.TOMORROW: tomorrow}


def _quick_words(key: str, at: datetime) -> str:
    if key == Quick.HOUR:
        return _("Within an hour")
    return when(at, now=timezone.now())


class WhoForm(DeskForm):
    """Somebody whom we do not know yet."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("A number that is in somebody's file joins nobody: choose that person instead."),
    )


class CallsForm(PolicyForm):
    calls__call_back_minutes = forms.IntegerField(
        label=gettext_lazy("A missed call is called back within, minutes of working time"),
        help_text=gettext_lazy("It becomes a promise of the case, and breaks like any other."),
        min_value=5,
        max_value=1440,
    )
    calls__recordings_days = forms.IntegerField(
        label=gettext_lazy("Recordings are kept, days"),
        help_text=gettext_lazy("After that the sound is deleted; that there was a call stays."),
        min_value=1,
        max_value=3650,
    )
    calls__slot_lead_minutes = forms.IntegerField(
        label=gettext_lazy("A call may be asked for at the earliest in, minutes"),
        help_text=gettext_lazy("On the page “call me” of your site."),
        min_value=0,
        max_value=1440,
    )
    calls__slot_days = forms.IntegerField(
        label=gettext_lazy("Hours are offered on so many working days"),
        help_text=gettext_lazy("0 takes the page “call me” away."),
        min_value=0,
        max_value=10,
    )
    calls__slots_at_once = forms.IntegerField(
        label=gettext_lazy("So many calls are promised for the same half hour"),
        help_text=gettext_lazy("An hour that is full is not offered any more."),
        min_value=1,
        max_value=100,
    )
    calls__counter_minutes = forms.IntegerField(
        label=gettext_lazy("Somebody comes to the counter within, minutes"),
        help_text=gettext_lazy("Whoever called for a person reads by when they come."),
        min_value=1,
        max_value=60,
    )


class ExtensionsForm(DeskForm):
    """One field for each colleague."""

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], numbers: dict[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        for pk, name in people:
            field = forms.CharField(label=name, max_length=60, required=False, initial=numbers.get(pk, ""))
            self.fields[f"agent_{pk}"] = field

    def numbers(self) -> dict[int, str]:
        """Of a valid form: agent → number."""
        return {int(name.removeprefix("agent_")): value for name, value in self.cleaned_data.items()}


class CounterForm(DeskForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=160, required=False)
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team that comes"), queryset=Team.objects.order_by(ByName()), empty_label=None
    )
    topics = LinesField(
        label=gettext_lazy("What people come with"),
        help_text=gettext_lazy(
            "One in each line, at most eight: “Orders”, “Lessons”. They are shown as large buttons."
        ),
    )
    is_open = forms.BooleanField(label=gettext_lazy("People may call for somebody here"), required=False, initial=True)


class ExchangeForm(DeskForm):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("For colleagues: “office line”.")
    )
    dialect = forms.ChoiceField(label=gettext_lazy("Telephone exchange"))
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Mango: the key, a colon and the salt. Zadarma: the secret of the API. MegaFon: the CRM token."
        ),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team that takes what comes"),
        queryset=Team.objects.order_by(ByName()),
        required=False,
        empty_label=gettext_lazy("The first team"),
    )

    def __init__(self, *args: Any, dialects: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ChoiceField, self.fields["dialect"]).choices = list(dialects)


class _CustomerForm(forms.Form):
    """For pages of customers: the focus goes to the first field that needs correcting."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "%s", **options})

    def refuse(self, fields: dict[str, str], text: str) -> None:
        """What a rule says, at the field that it speaks of."""
        known = {name: words for name, words in fields.items() if name in self.fields}
        for name, words in known.items():
            self.add_error(name, words)
        if not known:
            self.add_error(None, text)


class CallMeForm(_CustomerForm):
    about = forms.CharField(
        label=gettext_lazy("What is it about?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Tell us in a few words, so that the right person calls.")},
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Your phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": gettext_lazy("Write the number that we shall call.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    slot = forms.ChoiceField(
        label=gettext_lazy("When shall we call?"),
        error_messages={
            "required": gettext_lazy("Choose an hour."),
            "invalid_choice": gettext_lazy("This hour has just been taken. Choose another one, please."),
        },
    )
    once = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, free: Sequence[Slot], **options: Any) -> None:
        super().__init__(*args, **options)
        days: dict[str, list[tuple[str, str]]] = {}
        for one in free:
            day = when(timezone.localtime(one.start), now=timezone.now()).rpartition(",")[0]
            days.setdefault(day or str(one.start.date()), []).append((one.key, slot_words(one)))
        cast(forms.ChoiceField, self.fields["slot"]).choices = [("", _("Choose")), *days.items()]


def slot_words(slot: Slot) -> str:
    """«18:30–19:00» by the clock of the page."""
    start, until = timezone.localtime(slot.start), timezone.localtime(slot.until)
    return f"{start:%H:%M}–{until:%H:%M}"


class AskHereForm(_CustomerForm):
    topic = forms.ChoiceField(required=False, label=gettext_lazy("What is it about?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("Tell us in two words"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("What is your name?"), max_length=100, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Phone, in case you do not wait"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off", "placeholder": "+7"}),
    )  # fmt: skip

    def __init__(self, *args: Any, topics: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ChoiceField, self.fields["topic"]).choices = [(one, one) for one in topics]
