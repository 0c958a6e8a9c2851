"""What a customer fills in. Errors say what is wrong and how to put it right; what was typed stays."""

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.cases.models import CaseKind
from otklik.foundation.errors import Refusal
from otklik.foundation.policies import policy
from otklik.foundation.signing import unseal
from otklik.portal.actions import FORM_LIVES, Matter, Upload, keep_until_sent, new_once
from otklik.ui.words import filesize

_LONGEST_WORDS = 20_000
KINDS = (
    (CaseKind.QUESTION, gettext_lazy("A question")),
    (CaseKind.REQUEST, gettext_lazy("A request")),
    (CaseKind.COMPLAINT, gettext_lazy("A complaint")),
    (CaseKind.SUGGESTION, gettext_lazy("A suggestion")),
    (CaseKind.THANKS, gettext_lazy("Thanks")),
)


class MailField(forms.CharField):
    """An e-mail address whose errors name the missing part."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if not text:
            return text
        local, at, domain = text.rpartition("@")
        if not at:
            raise ValidationError(_("The sign @ is missing, for example ivan@mail.example."), code="email_at")
        if local and "." not in domain:
            message = _("The ending after @%(domain)s is missing, for example .com") % {"domain": domain}
            raise ValidationError(message, code="email_ending")
        try:
            EmailValidator()(text)
        except ValidationError as error:
            message = _("This does not look like an e-mail address, for example ivan@mail.example.")
            raise ValidationError(message, code="email_invalid") from error
        return text


class PortalForm(forms.Form):
    """The focus goes to the first field that needs correcting, also without scripts."""

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **{"label_suffix": "", "auto_id": "%s", **kwargs})

    def full_clean(self) -> None:
        super().full_clean()
        wrong = next((name for name in self.fields if name in self.errors), None)
        if wrong is not None:
            self.fields[wrong].widget.attrs["autofocus"] = True


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class OnceForm(PortalForm):
    """A form that is sent once, by a person: a sealed word, a trap for machines, files kept between two tries."""

    order: ClassVar[tuple[str, ...]] = ()
    once = forms.CharField(widget=forms.HiddenInput)
    site = forms.CharField(required=False, label=gettext_lazy("Leave this field empty"))
    attachments = forms.Field(required=False, label=gettext_lazy("Files"), widget=ManyFiles(attrs={"multiple": True}))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        uploads: list[Upload] | None = None,
        refused: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"once": new_once()} | (kwargs.get("initial") or {})
        super().__init__(data, field_order=self.order, **kwargs)
        self.uploads = uploads or []
        self.refused = refused or []
        self.is_strange = False
        if "attachments" in self.fields:
            text = _(
                "Photos and documents: up to %(most)d, %(size)s each, %(all)s together. Programs are not accepted."
            )
            self.fields["attachments"].help_text = text % {
                "most": policy("portal.upload_most_files"),
                "size": filesize(policy("portal.upload_limit_bytes")),
                "all": filesize(policy("portal.upload_total_bytes")),
            }
        self.fields["site"].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}

    def keep_files(self, *, network: str) -> None:
        """Its files stay with it while it is corrected, if it came from one of our pages and from a person."""
        kept = keep_until_sent([] if self.is_machines else self.uploads, network=network)
        if not self.is_machines and len(kept) < len(self.uploads):
            text = _("Not every file could be kept: many came from your network within an hour. Attach them later.")
            self.add_error("attachments", text)
        self.uploads = kept

    def drop_new_files(self) -> None:
        """Nothing more of this network is stored now."""
        self.uploads = [upload for upload in self.uploads if upload.file_id]

    @property
    def is_machines(self) -> bool:
        return "site" in self.errors or self.is_strange

    def clean_attachments(self) -> None:
        if self.refused:
            raise ValidationError(self.refused)

    def clean_site(self) -> str:
        if self.cleaned_data["site"]:
            raise ValidationError(_("This field is a trap for machines. Empty it and send again: your text is kept."))
        return ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            _nonce, made_at = unseal("once", data.get("once", ""), max_age=FORM_LIVES)
        except Refusal as refusal:
            self.is_strange = refusal.code != "link_expired"
            self._renew()
            raise ValidationError(
                _("The page was open for long. Look through your text and send it once more.")
            ) from None
        is_hasty = timezone.now().timestamp() - made_at < int(policy("portal.form_seconds"))
        if is_hasty and not self.errors:
            raise ValidationError(_("That was very quick, as machines do it. Please press once more."))
        return data

    def matter(self) -> Matter:
        """What was typed, once it is valid."""
        raise NotImplementedError

    def _renew(self) -> None:
        renewed = cast("QueryDict", self.data).copy()
        renewed["once"] = new_once()
        self.data = renewed
        self.errors.pop("once", None)


def _text_field(label: Any, missing: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=_LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": missing,
            "max_length": gettext_lazy(
                "The text is too long: at most %(limit_value)d letters. Attach the rest as a file."
            ),
        },
    )


class ContactForm(OnceForm):
    name = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("How may we call you?"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = MailField(
        max_length=254,
        label=gettext_lazy("E-mail for the answer"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": gettext_lazy("Without an address we could not answer. For example ivan@mail.example.")
        },
    )
    kind = forms.ChoiceField(
        choices=KINDS, initial=CaseKind.QUESTION, required=False, label=gettext_lazy("What is it?")
    )
    subject = forms.CharField(required=False, max_length=200, label=gettext_lazy("Subject, in a few words"))
    text = _text_field(gettext_lazy("What happened?"), gettext_lazy("Write what happened: one sentence is enough."))

    order: ClassVar[tuple[str, ...]] = ("once", "site", "text", "subject", "kind", "attachments", "email", "name")

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"] or CaseKind.QUESTION)

    def matter(self) -> Matter:
        """What was typed, once it is valid."""
        data = self.cleaned_data
        return Matter(
            email=data["email"], name=data["name"], kind=data["kind"], subject=data["subject"], text=data["text"]
        )


class DataForm(ContactForm):
    """A request about one's own data."""

    WISHES = (
        ("copy", gettext_lazy("Send me a copy of what you keep about me")),
        ("correct", gettext_lazy("Correct something")),
        ("erase", gettext_lazy("Erase what you keep about me")),
    )
    wish = forms.ChoiceField(
        choices=WISHES,
        widget=forms.RadioSelect,
        label=gettext_lazy("What shall we do?"),
        error_messages={"required": gettext_lazy("Choose one of the three.")},
    )
    text = forms.CharField(
        required=False,
        max_length=_LONGEST_WORDS,
        label=gettext_lazy("Anything else we should know?"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    kind = None  # type: ignore[assignment]  # Django's way to leave a field of the parent out
    subject = None  # type: ignore[assignment]
    attachments = None  # type: ignore[assignment]
    order = ("once", "site", "wish", "email", "name", "text")

    def matter(self) -> Matter:
        """A request whose subject and first line say the wish in words."""
        data = self.cleaned_data
        wish = str(dict(self.WISHES)[data["wish"]])
        text = f"{wish}\n\n{data['text']}".strip()
        return Matter(email=data["email"], name=data["name"], kind=CaseKind.REQUEST, subject=wish, text=text)


class ReplyForm(OnceForm):
    text = _text_field(gettext_lazy("Add a message"), gettext_lazy("Write a few words, or what the file shows."))
    order = ("once", "site", "text", "attachments")


class AnswerForm(PortalForm):
    solved = forms.ChoiceField(
        choices=(("yes", gettext_lazy("Yes, it is solved")), ("no", gettext_lazy("No, not yet"))),
        widget=forms.RadioSelect,
        label=gettext_lazy("Is it solved?"),
        error_messages={
            "required": gettext_lazy("Choose “yes” or “not yet”: only your word counts here."),
            "invalid_choice": gettext_lazy("Choose “yes” or “not yet”: only your word counts here."),
        },
    )
    satisfaction = forms.TypedChoiceField(
        choices=[(str(one), str(one)) for one in range(1, 6)],
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("How satisfied are you with how we solved it?"),
        error_messages={"invalid_choice": gettext_lazy("Choose a number from 1 to 5.")},
    )
    ease = forms.TypedChoiceField(
        choices=[(str(one), str(one)) for one in range(1, 8)],
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("How easy was it to get it solved?"),
        error_messages={"invalid_choice": gettext_lazy("Choose a number from 1 to 7.")},
    )
    explained_twice = forms.BooleanField(required=False, label=gettext_lazy("I had to explain something twice"))
    words = forms.CharField(
        required=False,
        max_length=_LONGEST_WORDS,
        label=gettext_lazy("What should we do better?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EmailForm(PortalForm):
    email = MailField(
        max_length=254,
        label=gettext_lazy("Your e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"required": gettext_lazy("Write the address from which you wrote to us.")},
    )


class CodeForm(PortalForm):
    code = forms.CharField(
        max_length=20,
        label=gettext_lazy("Code from the letter"),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Type in the six digits from the letter.")},
    )
