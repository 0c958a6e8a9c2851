"""How django-allauth and this house meet: nobody signs up by themselves, letters go through our outbox's door."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from otklik.team.models import Agent


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
