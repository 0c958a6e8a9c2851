"""The days that a page of figures looks back."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

PERIODS = (7, 30, 90)


def span_of(request: HttpRequest) -> tuple[int, datetime, datetime]:
    """Days, since when and until when: one of ``PERIODS`` as asked by ``?days=``, else thirty days."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else 30
    until = timezone.now()
    return days, until - timedelta(days=days), until
