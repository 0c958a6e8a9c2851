"""The forms of django-allauth in our words; codes of the second step are counted as passwords are."""

from typing import Any, Final

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.team.attempts import TooOften, count_attempt, forgive

_LABELS: Final = {
    "login": gettext_lazy("E-mail"),
    "email": gettext_lazy("E-mail"),
    "password": gettext_lazy("Password"),
    "remember": gettext_lazy("Stay logged in on this device"),
    "oldpassword": gettext_lazy("The password you have now"),
    "password1": gettext_lazy("New password"),
    "password2": gettext_lazy("The same password once more"),
    "code": gettext_lazy("Code from the app, or a spare code"),
}


class _InOurWords(forms.Form):
    """Labels of our own, nothing said twice inside the fields, and one way out for who forgot the password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if name in {"password", "oldpassword"}:
                way = '<a href="{}">{}</a>'
                field.help_text = format_html(way, reverse("account_reset_password"), _("Forgot the password?"))


class _Twice(_InOurWords):
    """A new password typed twice."""

    def add_error(self, field: str | None, error: Any) -> None:
        if field == "password2" and isinstance(error, str | Promise):  # the one sentence that allauth says itself
            error = _("This differs from the password above.")
        super().add_error(field, error)


class LoginForm(_InOurWords, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    """At the door."""


class PasswordAgainForm(_InOurWords, account.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """Before a change of the log-in."""


class ResetForm(_InOurWords, account.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """Who forgot the password."""


class NewPasswordForm(_Twice, account.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """Inside, the old password known."""


class FirstPasswordForm(_Twice, account.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """By the link of a letter."""


class ConnectAppForm(_InOurWords, ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The first code of an app."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].label = _("Code from the app")


class _Counted(_InOurWords, BaseAuthenticateForm):  # type: ignore[misc]  # allauth has no types
    def clean_code(self) -> str:
        """Whoever knows only the password guesses slowly, and does not lock out who has the code."""
        try:
            counted = count_attempt(context.request, deed="code", account=self.user.email)
        except TooOften as error:
            raise get_adapter().validation_error("incorrect_code") from error
        code: str = super().clean_code()
        forgive(counted)
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """At log-in."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """Before a change of the log-in."""
