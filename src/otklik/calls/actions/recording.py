"""Recordings: fetched after the call, kept as protected files, gone after the days that the house says."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from otklik.calls.models import Call
from otklik.foundation.database.transactions import in_one
from otklik.foundation.files.keeping import forget_files, keep_file
from otklik.foundation.http.calling import Call as Request
from otklik.foundation.http.calling import CallFailed, call
from otklik.foundation.policies import policy

logger = logging.getLogger(__name__)
LARGEST: Final = 60_000_000
_FOR_GOOD: Final = {"private", "port", "scheme", "not_an_address", "has_password", "too_large"}
_AT_ONCE: Final = 200
_LAST_TRY: Final = 5


class NotThere(Exception):
    """The exchange does not give the recording yet."""


def fetch_soon(*, call_id: int) -> None:
    fetch_job.configure(schedule_in={"seconds": 5}).defer(call_id=call_id)


@jobs.task(
    name="calls.fetch_recording", retry=RetryStrategy(max_attempts=_LAST_TRY, exponential_wait=6), pass_context=True
)
def fetch_job(context: object, call_id: int) -> None:
    job = getattr(context, "job", None)
    fetch_recording(call_id=call_id, is_last=getattr(job, "attempts", 0) >= _LAST_TRY - 1)


def fetch_recording(*, call_id: int, is_last: bool = False) -> None:
    """Fetch what an exchange has recorded, from its own address wherever that stands, else from the open internet.

    Raises ``NotThere`` when it may come yet; the last time it is written down as lost.
    """
    row = Call.objects.select_related("inbox").get(pk=call_id)
    if not row.recording_url or row.recording_id:
        return
    try:
        is_ours = _is_theirs(row)
        found = call(Request(url=row.recording_url, most=LARGEST, redirections=0 if is_ours else 3, is_ours=is_ours))
    except CallFailed as error:
        if str(error) not in _FOR_GOOD and not is_last:
            raise NotThere(str(error)) from error
        _lose(row, str(error))
        return
    declared = found.headers.get("content-type", "").partition(";")[0].strip()
    if not found.is_good or not declared.startswith("audio/"):
        if not is_last:
            raise NotThere(str(found.status))
        _lose(row, f"HTTP {found.status} {declared}"[:60])
        return
    _keep(row, found.body, declared)


def _is_theirs(row: Call) -> bool:
    """An address in our own network is fetched only where the operator said that the exchange stands there."""
    base = str(row.inbox.settings.get("base_url", ""))
    return bool(base and row.inbox.settings.get("is_ours")) and row.recording_url.startswith(base.rstrip("/") + "/")


@in_one
def _keep(row: Call, content: bytes, declared: str) -> None:
    file = keep_file(content, declared_type=declared)
    Call.objects.filter(pk=row.pk, recording=None).update(recording=file, recording_url="")


def _lose(row: Call, reason: str) -> None:
    logger.warning("recording_lost", extra={"call": row.pk, "reason": reason})
    Call.objects.filter(pk=row.pk).update(recording_url="", recording_lost=reason[:60])


def forget_old_recordings(now: datetime) -> None:
    """The bytes go; that there was a call stays."""
    before = now - timedelta(days=policy("calls.recordings_days"))
    old = Call.objects.filter(recording__isnull=False, began_at__lt=before).order_by("began_at", "id")
    forget_recordings(list(old.values_list("id", "recording_id")[:_AT_ONCE]))


@in_one
def forget_recordings(rows: Sequence[tuple[int, int | None]]) -> None:
    """``rows``: ids of calls and of their files."""
    Call.objects.filter(pk__in=[pk for pk, _file in rows]).update(recording=None, recording_url="")
    forget_files([file for _pk, file in rows if file])
