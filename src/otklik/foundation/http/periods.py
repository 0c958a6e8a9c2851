"""The days that a page of figures looks back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest, QueryDict
from django.utils import timezone

PERIODS = (7, 30, 90)


def span_of(asking: HttpRequest | QueryDict, periods: Sequence[int] = PERIODS) -> tuple[int, datetime, datetime]:
    """Days, since when and until when: one of ``periods`` as asked by ``?days=``, else thirty days."""
    asked = (asking.GET if isinstance(asking, HttpRequest) else asking).get("days", "")
    days = int(asked) if asked in map(str, periods) else 30
    until = timezone.now()
    return days, until - timedelta(days=days), until
