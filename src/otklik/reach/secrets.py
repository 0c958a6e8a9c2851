"""Passwords of mail servers, encrypted at rest."""

from otklik.foundation.secrets import lock_secret, unlock_secret

__all__ = ["lock_secret", "unlock_secret"]
