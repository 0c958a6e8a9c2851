"""What somebody would do better in our place."""

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import CaseKind
from otklik.portal.actions import Matter
from otklik.portal.forms.asking import MailField, OnceForm

_LONGEST = 5_000


class IdeaForm(OnceForm):
    """``known``: the address of whoever is signed in; they type none."""

    text = forms.CharField(
        label=_("Your idea"),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write what you would do better: one sentence is enough."),
            "max_length": _("That is long: at most %(limit_value)d letters. Say what it comes to."),
        },
    )
    may_be_shown = forms.BooleanField(
        label=_("You may show these words to other customers, without my name"), required=False
    )
    email = MailField(
        max_length=254,
        label=_("E-mail for the answer"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"required": _("Without an address we could not answer. For example ivan@mail.example.")},
    )
    name = forms.CharField(
        required=False,
        max_length=200,
        label=_("How may we call you?"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    attachments = None  # type: ignore[assignment]  # an idea has no files
    order: ClassVar[tuple[str, ...]] = ("once", "site", "text", "may_be_shown", "email", "name")

    def __init__(self, data: QueryDict | None = None, *, known: str = "", **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.known = known
        if known:
            del self.fields["email"], self.fields["name"]

    def matter(self) -> Matter:
        data = self.cleaned_data
        email, name = self.known or data["email"], "" if self.known else data["name"]
        return Matter(email=email, name=name, text=data["text"], kind=CaseKind.SUGGESTION)
