"""How django-allauth and this house meet: nobody signs up by themselves, letters go through our outbox's door."""

from datetime import timedelta
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.http.limits import client_address, count_one
from otklik.foundation.policies import policy
from otklik.foundation.secrets import is_locked, lock_secret, unlock_secret
from otklik.foundation.text.mail_text import mail_text
from otklik.team.attempts import TooOften, count_attempt, forgive, remember_device
from otklik.team.events import LoginChanged, ResetAsked
from otklik.team.models import Agent
from otklik.ui.letters import House, Pictures, Sheet, letter_html, letter_text

SECOND_FACTOR = "second-factor"
_MOST_RESETS, _RESETS_WITHIN = 10, timedelta(hours=1)

_agent = Compiled(lambda: Agent.objects.filter(pk=Given("agent")))


class Passwords(ModelBackend):
    """Django's check of passwords; whom a session belongs to is asked for every page, so it is asked cheaply."""

    def get_user(self, user_id: int) -> Agent | None:
        found = _agent(agent=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Counts guesses, says what changed in the history, and sends letters only to agents, with our own address."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy(
            "This log-in is switched off. An admin of your company can switch it on again."
        ),
        "email_password_mismatch": gettext_lazy("E-mail and password do not fit together. Look at both once more."),
        "enter_current_password": gettext_lazy("This is not the password you have now."),
        "incorrect_code": gettext_lazy("This code does not fit. Take the one that is shown now."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "invalid_password_reset": gettext_lazy("This link has been used already, or its time is over."),
        "too_many_login_attempts": gettext_lazy("That was too many attempts. Wait a few minutes, then try again."),
        "rate_limited": gettext_lazy("That was too many attempts. Wait a few minutes, then try again."),
        "unknown_email": gettext_lazy("Nobody logs in by this address."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        """Whatever changes a log-in asks again who is there."""
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("By password"),
            "mfa_reauthenticate": _("By a code"),
            "mfa_reauthenticate:webauthn": _("By a passkey"),
        }
        known: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**one, "description": words.get(one["id"], one["description"])} for one in known]

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Agent | None:
        account = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        try:
            counted = count_attempt(request, deed="password", account=account)
        except TooOften as error:
            raise self.validation_error("too_many_login_attempts") from error
        agent: Agent | None = super().authenticate(request, **credentials)
        if agent is not None:
            forgive(counted)
        return agent

    def post_login(self, request: HttpRequest, user: Agent, **how: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **how)
        remember_device(request, answer, user)
        return answer

    def send_password_reset_mail(self, user: Agent, email: str, context: dict[str, Any]) -> None:
        """A worker sends it, so that nobody is told by the time it takes whether we know an address."""
        try:
            count_one("reset", user.email, most=_MOST_RESETS, within=_RESETS_WITHIN)
        except TooOften:  # links of the letters before still work
            return
        announce(ResetAsked(agent_id=user.pk), actor=SYSTEM)

    def send_notification_mail(self, template_prefix: str, user: Agent, *_context: Any, **_more: Any) -> None:
        """Each change of a log-in passes here."""
        announce(LoginChanged(agent_id=user.pk, what=template_prefix.rpartition("/")[2]), actor=SYSTEM)


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keys of authenticators are kept encrypted."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy("Two-step log-in cannot be switched off here."),
        "cannot_generate_recovery_codes": gettext_lazy("Connect an app with codes or a passkey first."),
        "incorrect_code": gettext_lazy("This code does not fit. Take the one that is shown now."),
    }

    def encrypt(self, text: str) -> str:
        return lock_secret(text, purpose=SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ``Refusal('second_factor_unreadable')`` when the secret key was changed without keeping the old."""
        if not is_locked(encrypted_text):  # written by a version that did not encrypt
            return encrypted_text
        try:
            return unlock_secret(encrypted_text, purpose=SECOND_FACTOR)
        except Refusal as error:
            text = _("The codes cannot be checked: the secret key of the house was changed. Tell your admin.")
            raise Refusal("second_factor_unreadable", text) from error

    def get_totp_issuer(self) -> str:
        return str(policy("company.name"))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """An OpenID account opens the door only for an agent whom an admin has already created."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing:
            return
        emails = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
        agent = Agent.objects.filter(email__in=emails, is_active=True).first()
        if agent is not None:
            sociallogin.connect(request, agent)


def has_second_factor(agent: Agent) -> bool:
    """Whether a password alone does not open this agent's door."""
    return bool(is_mfa_enabled(agent))


def me_of(request: HttpRequest) -> Agent:
    """The agent who is logged in. Raises ``Refusal('not_allowed')`` for anybody else."""
    if not isinstance(request.user, Agent):
        raise Refusal("not_allowed", "")
    return request.user


def colleague(user: object) -> Agent | None:
    """The agent behind a session, if they may pass: with a second factor where the house asks for one."""
    if not isinstance(user, Agent) or not user.is_active or lacks_second_factor(user):
        return None
    return user


def lacks_second_factor(agent: Agent) -> bool:
    return bool(policy("security.require_second_factor")) and not has_second_factor(agent)


def invitation_url(agent: Agent) -> str:
    """Where the agent chooses a password; works once, and for the days of ``PASSWORD_RESET_TIMEOUT``."""
    words = {"uidb36": user_pk_to_url_str(agent), "key": default_token_generator.make_token(agent)}
    return f"{settings.BASE_URL}{reverse('account_reset_password_from_key', kwargs=words)}"


def send_invitation(agent: Agent) -> None:
    """The letter with that link, in the agent's language; it bears ``agent.invitation_id``."""
    subject = gettext_noop("Your place at the desk of %(company)s")
    _send(agent, "invitation", subject, message_id=agent.invitation_id, url=invitation_url(agent))


def send_reset(agent: Agent) -> None:
    """The letter by which the agent chooses a new password."""
    _send(agent, "reset", gettext_noop("A new password for the desk of %(company)s"), url=invitation_url(agent))


CHANGES = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_reset": gettext_lazy("A new password was chosen by a link from a letter."),
    "totp_activated": gettext_lazy("An app with codes was connected."),
    "totp_deactivated": gettext_lazy("The app with codes was disconnected."),
    "recovery_codes_generated": gettext_lazy("New spare codes were made."),
    "webauthn_added": gettext_lazy("A passkey was added."),
    "webauthn_removed": gettext_lazy("A passkey was removed."),
}


def send_change(agent: Agent, what: str) -> None:
    """The letter that says what changed in their log-in, so that a stranger's change does not stay unseen."""
    change = CHANGES.get(what, gettext_lazy("Something in your log-in was changed."))
    _send(agent, "login_changed", gettext_noop("Your log-in at %(company)s was changed"), change=change)


def _send(agent: Agent, letter: str, subject: str, *, message_id: str = "", **values: Any) -> None:
    with translation.override(agent.language):
        text = mail_text(f"team/mail/{letter}.txt", agent=agent, **values)
        told = _(subject) % {"company": policy("company.name")}
    house, sheet = House(name=policy("company.name")), Sheet()
    page = letter_html(sheet=sheet, words=text, house=house, pictures=Pictures(), subject=told, language=agent.language)
    headers = {"Message-ID": f"<{message_id}>"} if message_id else {}
    plain = letter_text(sheet=sheet, words=text, house=house)
    mail = EmailMultiAlternatives(told, plain, to=[agent.email], headers=headers)
    mail.attach_alternative(page, "text/html")
    mail.send()
