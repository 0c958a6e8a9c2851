"""Who derives what the search needs; apart from the search, because every process asks and few derive."""

from django.conf import settings

_DERIVATION = 3
"""Raise it when what is derived from a version changes."""


def made_by() -> str:
    """Names derivation and embedder, to be stored with what they made: another name, and it is derived again."""
    return f"{_DERIVATION}:{_embedder()}"


def _embedder() -> str:
    if settings.EMBEDDER == "none":
        return "none"
    if settings.EMBEDDER == "local":
        return "use-multilingual-3"
    return f"http:{settings.EMBEDDER_MODEL or settings.EMBEDDER.rstrip('/')}"[:40]
