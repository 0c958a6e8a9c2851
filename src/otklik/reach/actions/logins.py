"""What the servers of an inbox want to hear beside the name: its password, or a fresh access token."""

import logging
import time
from typing import Final, Literal

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.foundation.secrets import lock_secret, unlock_secret
from otklik.reach.adapters.oauth import Grant, NoToken, Provider, ask, wants_token
from otklik.reach.models import Inbox

logger = logging.getLogger(__name__)

type Way = Literal["imap", "smtp"]

_GOOD_FOR_AT_MOST: Final = 600.0
"""A token that was taken back elsewhere is believed no longer than this."""
_EARLY: Final = 60
_tokens: dict[tuple[int, str, str], tuple[float, str]] = {}


def login_secret(inbox: Inbox, way: Way) -> str:
    """The password for one server of an inbox, or with ``?auth=xoauth2`` an access token.

    Raises ``Refusal('secret_unreadable' | 'oauth_missing' | 'oauth_refused')``.
    """
    url = getattr(inbox, f"{way}_url")
    if not url:
        return ""
    if not wants_token(url):
        return unlock_secret(getattr(inbox, f"{way}_secret"))
    kept = Inbox.objects.filter(pk=inbox.pk).values_list(f"{way}_secret", flat=True).first() or ""
    until, token = _tokens.get((inbox.pk, way, kept), (0.0, ""))
    if time.monotonic() < until:
        return token
    grant = fresh_token(unlock_secret(kept))
    kept = _keep_the_new(inbox, way, kept, grant)
    good_for = min(_GOOD_FOR_AT_MOST, grant.seconds - _EARLY)
    _tokens[inbox.pk, way, kept] = time.monotonic() + good_for, grant.access_token
    return grant.access_token


def fresh_token(refresh_token: str) -> Grant:
    """Ask the token server of the house. Raises ``Refusal('oauth_missing' | 'oauth_refused')``."""
    provider = Provider(**settings.MAIL_OAUTH)
    if not provider.url:
        text = _("This server wants OAuth 2, but no token server is set up (OTKLIK_MAIL_OAUTH_TOKEN_URL).")
        raise Refusal("oauth_missing", text)
    try:
        return ask(provider, refresh_token)
    except NoToken as error:
        logger.warning("mail_token_refused", extra={"reason": str(error)})
        text = _("The token server gave no access to the mailbox (%(reason)s).") % {"reason": error}
        raise Refusal("oauth_refused", text) from error


def _keep_the_new(inbox: Inbox, way: Way, kept: str, grant: Grant) -> str:
    """Some servers give a new refresh token with each access token, and forget old ones some day."""
    if not grant.refresh_token or grant.refresh_token == unlock_secret(kept):
        return kept
    locked = lock_secret(grant.refresh_token)
    field = f"{way}_secret"
    changed = Inbox.objects.filter(pk=inbox.pk, **{field: kept}).update(**{field: locked})
    return locked if changed else kept
