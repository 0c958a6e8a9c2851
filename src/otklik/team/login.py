"""How django-allauth and this house meet: nobody signs up by themselves, letters go through our outbox's door."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.mail import send_mail
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.foundation.compiled import Compiled, Given
from otklik.foundation.mail_text import letter_text
from otklik.foundation.policies import policy
from otklik.team.models import Agent

_agent = Compiled(lambda: Agent.objects.filter(pk=Given("agent")))


class Passwords(ModelBackend):
    """Django's check of passwords; whom a session belongs to is asked for every page, so it is asked cheaply."""

    def get_user(self, user_id: int) -> Agent | None:
        found = _agent(agent=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


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


def invitation_url(agent: Agent) -> str:
    """Where the agent chooses a password; works once, and for the days of ``PASSWORD_RESET_TIMEOUT``."""
    words = {"uidb36": user_pk_to_url_str(agent), "key": default_token_generator.make_token(agent)}
    return f"{settings.BASE_URL}{reverse('account_reset_password_from_key', kwargs=words)}"


def send_invitation(agent: Agent) -> None:
    """The letter with that link, in the agent's language."""
    with translation.override(agent.language):
        text = letter_text("team/mail/invitation.txt", agent=agent, url=invitation_url(agent))
        subject = _("Your place at the desk of %(company)s") % {"company": policy("company.name")}
    send_mail(subject, text, None, [agent.email])
