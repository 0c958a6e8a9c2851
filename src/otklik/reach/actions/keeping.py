"""The bytes are kept before anything can fail; the doors say "accepted" only after this has been committed."""

import hashlib
import logging
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app as jobs
from psycopg.types.json import Jsonb

from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.announcing import announce
from otklik.foundation.files.keeping import keep_file, read_file
from otklik.foundation.live.bell import wake_workers
from otklik.reach.events import MessageHeld
from otklik.reach.models import Inbox, RawMessage

logger = logging.getLogger(__name__)

LARGEST_ROW: Final = 256_000
FIRST_OF_ALL: Final = 20
TAKE_IN: Final = "reach.take_in"

_KEEP = """
    INSERT INTO reach_rawmessage (sha256, body, file_id, size, inbox_id, door, envelope_from, envelope_to, is_history,
                                  state, held_reason, held_detail, attempts, kept_at)
    SELECT sha256, body, file_id, size, inbox_id, door, envelope_from, envelope_to, is_history, 'waiting', '', '', 0, %s
    FROM unnest(%s::varchar[], %s::bytea[], %s::bigint[], %s::bigint[], %s::bigint[], %s::varchar[], %s::varchar[],
                %s::jsonb[], %s::boolean[])
        AS letters (sha256, body, file_id, size, inbox_id, door, envelope_from, envelope_to, is_history)
    ON CONFLICT (sha256) DO NOTHING
    RETURNING sha256, id
"""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One letter at a door. ``envelope_from`` is '<>' when the server gave the empty return path, '' when unknown.

    ``key``: the id that a channel gives to what it brings, '' where the bytes say themselves whether they are known.
    ``peer``: who said it where each talk has one partner; what one of them says is taken in in its order.
    """

    raw: bytes
    door: str
    inbox_id: int | None
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()
    is_history: bool = False
    key: str = ""
    peer: str = ""

    @cached_property
    def sha256(self) -> str:
        what = f"{self.inbox_id}:{self.key}".encode() if self.key else self.raw
        return hashlib.sha256(what).hexdigest()

    @cached_property
    def packed(self) -> bytes:
        return zlib.compress(self.raw, 3)

    def row(self, file_id: int | None) -> tuple[object, ...]:
        return (
            self.sha256,
            None if file_id else self.packed,
            file_id,
            len(self.raw),
            self.inbox_id,
            self.door,
            _storable(self.envelope_from)[:320],
            Jsonb([_storable(address) for address in self.envelope_to]),
            self.is_history,
        )


@transaction.atomic
def keep_all(letters: Sequence[Arrival]) -> dict[str, tuple[int, bool]]:
    """Keep letters in one transaction: hash → (id, whether it is new). Nothing is accepted before it commits."""
    if not letters:
        return {}
    rows = [letter.row(_file_of(letter)) for letter in letters]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [timezone.now(), *map(list, zip(*rows, strict=True))])
        kept = {sha256: (raw_id, True) for sha256, raw_id in cursor.fetchall()}
    for line, raw_ids in _lines(letters, kept).items():
        take_in_soon(raw_ids, line=line)
    for letter in letters:
        if letter.sha256 not in kept:
            kept[letter.sha256] = (_remember_door(letter), False)
    return kept


def _lines(letters: Sequence[Arrival], kept: Mapping[str, tuple[int, bool]]) -> Mapping[str, list[int]]:
    """What waits for each other: the words of one peer do, letters ('') do not."""
    lines: dict[str, list[int]] = {}
    for letter in letters:
        if letter.sha256 in kept:
            line = f"peer:{letter.inbox_id}:{letter.peer}" if letter.peer else ""
            lines.setdefault(line, []).append(kept[letter.sha256][0])
    return lines


def _remember_door(letter: Arrival) -> int:
    """The same bytes once more: only whom else they were sent to is new."""
    raw = RawMessage.objects.only("envelope_to").get(sha256=letter.sha256)
    also = [address for address in letter.envelope_to if address not in raw.envelope_to]
    if also and raw.envelope_to:
        RawMessage.objects.filter(pk=raw.pk).update(envelope_to=[*raw.envelope_to, *also])
    return raw.pk


def keep_raw(
    *, raw: bytes, door: str, inbox: Inbox | None, envelope_from: str = "", envelope_to: Sequence[str] = ()
) -> tuple[RawMessage, bool]:
    """Keep one letter; returns the row and whether it is new. Answer "accepted" only after commit."""
    letter = Arrival(
        raw=raw,
        door=door,
        inbox_id=inbox.pk if inbox else None,
        envelope_from=envelope_from,
        envelope_to=tuple(envelope_to),
    )
    raw_id, is_new = keep_all([letter])[letter.sha256]
    return RawMessage.objects.defer("body").get(pk=raw_id), is_new


def take_in_soon(raw_ids: Sequence[int], *, after_seconds: int = 0, line: str = "") -> None:
    """One job for several letters: a job costs more than a letter. Those in the same ``line`` are done one by one."""
    schedule = {"seconds": after_seconds} if after_seconds else None
    task = jobs.configure_task(TAKE_IN, priority=FIRST_OF_ALL, schedule_in=schedule, lock=line or None)
    task.defer(raw_ids=list(raw_ids))
    if not after_seconds:
        wake_workers()


def bytes_of(raw: RawMessage) -> bytes:
    """The letter as it came."""
    if raw.file is not None:
        return read_file(raw.file)
    return zlib.decompress(bytes(raw.body or b""))


def _file_of(letter: Arrival) -> int | None:
    if len(letter.packed) <= LARGEST_ROW:
        return None
    return keep_file(letter.raw, declared_type="message/rfc822").pk


def _storable(text: str) -> str:
    """An address may hold any bytes (aiosmtpd gives surrogates); PostgreSQL takes neither those nor NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def hold(raw: RawMessage, reason: str, detail: str = "") -> None:
    """A person must decide about this letter; ``reason`` says why."""
    RawMessage.objects.filter(pk=raw.pk).update(
        state=RawMessage.State.HELD, held_reason=reason, held_detail=detail[:300]
    )
    announce(MessageHeld(raw_id=raw.pk, reason=reason), actor=SYSTEM)
    logger.info("letter_held", extra={"raw": raw.pk, "reason": reason})


def settle(raw: RawMessage | None, state: RawMessage.State) -> None:
    if raw is not None:
        RawMessage.objects.filter(pk=raw.pk).update(state=state)
