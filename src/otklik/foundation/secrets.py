"""Passwords and signing keys, encrypted at rest with a key derived from the secret key."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal


def _box(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key.encode(), purpose))) for key in keys])


def _derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose (HKDF, RFC 5869), so that what is read of one says nothing of another."""
    if not purpose:
        return hashlib.sha256(key).digest()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"otklik.{purpose}".encode()).derive(key)


def lock_secret(clear: str, *, purpose: str = "") -> str:
    """Encrypted with the present secret key; what an old one of OTKLIK_OLD_SECRET_KEYS locked is still read."""
    return _box(purpose).encrypt(clear.encode()).decode() if clear else ""


def is_locked(text: str) -> bool:
    """Whether ``lock_secret`` wrote it: the first byte of a Fernet token is its version."""
    return text.startswith("gAAAA")


def unlock_secret(locked: str, *, purpose: str = "") -> str:
    """Raises ``Refusal('secret_unreadable')`` when the secret key was changed without keeping the old one."""
    if not locked:
        return ""
    try:
        return _box(purpose).decrypt(locked.encode()).decode()
    except InvalidToken as error:
        text = _("The stored mail password cannot be read with the present secret key. Enter it again.")
        raise Refusal("secret_unreadable", text) from error
