"""Typed reading of environment variables: a default, or a loud failure at start."""

import os
from pathlib import Path


class EnvironmentProblem(Exception):
    """A setting is missing or unreadable; the text says which and what to do."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def secret(name: str, default: str = "") -> str:
    """The value of ``name``, or the contents of the file that ``name_FILE`` points at."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise EnvironmentProblem(f"{name}_FILE points at {path}, which cannot be read: {error.strerror}.") from error


def number(name: str, default: int) -> int:
    value = os.environ.get(name)
    if value is None or not value.strip():
        return default
    try:
        return int(value)
    except ValueError as error:
        raise EnvironmentProblem(f"{name} must be a whole number, not {value!r}.") from error


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise EnvironmentProblem(f"{name} must be yes or no, not {value!r}.")


def words(name: str, default: str = "") -> list[str]:
    """A list divided by commas, blanks dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]
