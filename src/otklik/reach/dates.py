"""When a letter was written, as far as it can be believed."""

from datetime import UTC, datetime

from django.utils import timezone

_BEFORE_MAIL = datetime(1990, 1, 1, tzinfo=UTC)


def plausible(written_at: datetime | None) -> datetime | None:
    """The date that a letter bears; None when it has none, lies in the future, or is older than mail like ours."""
    return written_at if written_at and _BEFORE_MAIL <= written_at <= timezone.now() else None
