"""What agents type, made safe and checked before an action sees it."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.cases.custom_fields import custom_form_fields
from otklik.cases.labels import PRIORITIES
from otklik.cases.models import CustomField
from otklik.cases.uploading import FilesField
from otklik.foundation.http.bulk import NumbersField
from otklik.foundation.http.forms import DeskForm
from otklik.reach.adapters.incoming import Address
from otklik.reach.queries import Recipients
from otklik.standards.kinds import KINDS


class KeptField(NumbersField):
    """Files that wait with the draft."""

    def __init__(self) -> None:
        super().__init__(required=False)


class ReplyForm(DeskForm):
    """A letter to the customer: what, to whom else, with what, when."""

    text = forms.CharField(
        max_length=100_000, strip=False, label=_("Answer"), error_messages={"required": _("Write an answer first.")}
    )
    cc = forms.MultipleChoiceField(required=False)
    add = forms.EmailField(required=False, label=_("One more recipient"))
    is_confirmed = forms.BooleanField(required=False)
    attached = FilesField(required=False, label=_("Files"))
    kept = KeptField()
    then = forms.ChoiceField(
        required=False, choices=[("", ""), ("send", ""), ("solve", ""), ("later", ""), ("next", "")]
    )
    via = forms.CharField(required=False, max_length=20)
    rest = forms.CharField(required=False, max_length=2000)
    send_at = forms.DateTimeField(required=False, label=_("Send at"), input_formats=["%Y-%m-%dT%H:%M"])
    macro = forms.IntegerField(required=False)
    warned = forms.CharField(required=False, max_length=200)
    closing = forms.CharField(required=False, max_length=1000)
    promises = forms.BooleanField(required=False)
    """What the words promise becomes a promise of the case."""
    warned_of = ""
    """Kinds of facts that this author was told to be known already, for the next sending."""

    def __init__(self, *args: Any, natural: Recipients, **options: Any) -> None:
        super().__init__(*args, **options)
        self.natural = natural
        cc = cast(forms.MultipleChoiceField, self.fields["cc"])
        cc.choices = [(person.email, person.name) for person in natural.cc]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("then") == "later" and not cleaned.get("send_at") and "send_at" not in self.errors:
            self.add_error("send_at", _("Choose when the letter leaves."))
        return cleaned

    def recipients(self) -> Recipients:
        """Those of the answered letter that are still ticked, and the added one."""
        kept = [person for person in self.natural.cc if person.email in self.cleaned_data.get("cc", ())]
        added = self.cleaned_data.get("add")
        return Recipients(to=self.natural.to, cc=(*kept, *([Address(email=added.lower())] if added else [])))

    def confirmed(self) -> frozenset[str]:
        added = self.cleaned_data.get("add")
        return frozenset([added.lower()] if added and self.cleaned_data["is_confirmed"] else [])


class NoteForm(DeskForm):
    text = forms.CharField(
        max_length=100_000, strip=False, label=_("Note"), error_messages={"required": _("The note is empty.")}
    )
    attached = FilesField(required=False, label=_("Files"))
    kept = KeptField()


class FilesForm(DeskForm):
    """Files that are kept with a draft at once."""

    attached = FilesField(label=_("Files"))


class PropertiesForm(DeskForm):
    subject = forms.CharField(max_length=300, required=False, label=_("Subject"))
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: [(name, one.text) for name, one in KINDS.items()])
    priority = forms.ChoiceField(
        label=_("Priority"), choices=lambda: [(name, one.text) for name, one in PRIORITIES.items()]
    )
    team = forms.TypedChoiceField(label=_("Team"), coerce=int)
    custom_was = forms.JSONField(required=False)

    def __init__(
        self, *args: Any, teams: Sequence[tuple[int, str]], custom: Sequence[CustomField], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields |= custom_form_fields(custom)
        cast(forms.TypedChoiceField, self.fields["team"]).choices = list(teams)


class TagForm(DeskForm):
    add = forms.CharField(required=False, max_length=40)
    remove = forms.CharField(required=False, max_length=40)
