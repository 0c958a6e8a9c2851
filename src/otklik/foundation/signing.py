"""Signed, expiring words for links and letters: nobody can make one up, nobody can change one."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal

_SHORT = 12


def seal(purpose: str, value: Any) -> str:
    """A URL-safe token that holds ``value`` (readable, not secret) for one ``purpose``."""
    return signing.dumps(value, salt=f"otklik.{purpose}", compress=False)


def unseal(purpose: str, token: str, *, max_age: timedelta) -> Any:
    """The sealed value. Raises ``Refusal('link_invalid')`` or ``Refusal('link_expired')``."""
    try:
        return signing.loads(token, salt=f"otklik.{purpose}", max_age=max_age)
    except signing.SignatureExpired as error:
        raise Refusal("link_expired", _("This link has expired. Ask for a new one, nothing is lost.")) from error
    except signing.BadSignature as error:
        raise Refusal(
            "link_invalid", _("This address is not complete. Open it once more from where you found it.")
        ) from error


def short_mark(purpose: str, value: str) -> str:
    """Twelve letters and digits that prove that we wrote ``value``; fits a plus-address or a Message-ID."""
    return _short(settings.SECRET_KEY, purpose, value)


def is_short_mark(purpose: str, value: str, mark: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_short(key, purpose, value), mark.lower()) for key in keys)


def _short(key: str, purpose: str, value: str) -> str:
    digest = hmac.new(key.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()
    return digest[:_SHORT]
