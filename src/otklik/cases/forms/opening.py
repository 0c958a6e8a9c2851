"""What an agent types of a customer who called or came."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.cases.labels import CHANNELS
from otklik.cases.uploading import FilesField
from otklik.foundation.http.forms import DeskForm
from otklik.standards.kinds import KINDS
from otklik.team.queries import Face


class NewCaseForm(DeskForm):
    """What a customer said by phone or in person, written down by an agent."""

    name = forms.CharField(max_length=200, required=False, label=_("The customer's name"))
    email = forms.CharField(
        max_length=254,
        required=False,
        label=_("E-mail"),
        help_text=_("Answers go there. A known person is found by it."),
    )
    phone = forms.CharField(max_length=40, required=False, label=_("Phone"))
    channel = forms.ChoiceField(
        label=_("How they turned to us"),
        choices=lambda: [(name, CHANNELS[name].text) for name in ("phone", "visit", "email")],
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: [(name, one.text) for name, one in KINDS.items()])
    subject = forms.CharField(max_length=300, required=False, label=_("Subject"))
    text = forms.CharField(
        label=_("What was said"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write what happened.")},
    )
    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int, required=False, empty_value=None)
    attached = FilesField(required=False, label=_("Files"))

    def __init__(self, *args: Any, people: Sequence[Face], **options: Any) -> None:
        super().__init__(*args, **options)
        owner = cast(forms.TypedChoiceField, self.fields["owner"])
        owner.choices = [
            ("", _("By the rule: who served them last, else the least busy")),
            *((one.id, one.name) for one in people),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("email") and not cleaned.get("phone") and not self.errors:
            self.add_error("phone", _("Write a phone or an e-mail, so that the answer finds them."))
        return cleaned
