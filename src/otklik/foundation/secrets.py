"""Passwords and signing keys, encrypted at rest with a key derived from the secret key."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys])


def lock_secret(clear: str) -> str:
    return _box().encrypt(clear.encode()).decode() if clear else ""


def unlock_secret(locked: str) -> str:
    """Raises ``Refusal('secret_unreadable')`` when the secret key was changed without keeping the old one."""
    if not locked:
        return ""
    try:
        return _box().decrypt(locked.encode()).decode()
    except InvalidToken as error:
        text = _("The stored mail password cannot be read with the present secret key. Enter it again.")
        raise Refusal("secret_unreadable", text) from error
