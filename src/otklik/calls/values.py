"""What talks, calls and promises to call are called in the database."""

from enum import StrEnum

from django.db.models import TextChoices


class Way(TextChoices):
    """How somebody spoke with us, and the channel of a case that begins so."""

    PHONE = "phone"
    VISIT = "visit"


class Direction(TextChoices):
    """Who began: the customer, or we."""

    IN = "in"
    OUT = "out"


class Outcome(TextChoices):
    NOTED = "noted"
    PROMISED = "promised"
    SOLVED = "solved"
    WRONG = "wrong"


class Because(TextChoices):
    """Why we owe a call."""

    MISSED = "missed"
    ASKED = "asked"


class Quick(StrEnum):
    """Moments that are promised with one press."""

    HOUR = "hour"
    TODAY = "today"
    TOMORROW = "tomorrow"
    OTHER = "other"
