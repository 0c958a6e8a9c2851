"""The IMAP door: each mailbox is read by one thread of one worker, and a letter is marked only when it is kept."""

import logging
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from threading import Event, Thread
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from imapclient.exceptions import IMAPClientError
from psycopg_pool import PoolTimeout

from otklik.foundation.errors import Refusal
from otklik.reach.actions.inboxes import remember_place
from otklik.reach.actions.keeping import Arrival, keep_all
from otklik.reach.actions.logins import login_secret
from otklik.reach.adapters.imap import Fetched, Mailbox, Place, delivered_to
from otklik.reach.adapters.oauth import wants_token
from otklik.reach.dates import plausible
from otklik.reach.models import Inbox
from otklik.reach.queries import fetched_inboxes

logger = logging.getLogger(__name__)

_LOOK_FOR_INBOXES_EVERY: Final = 5
_PATIENCE: Final = (5, 10, 20, 40, 80, 160, 300)
_LOCK_SPACE: Final = 0x696D6170  # "imap"
_NO_DATABASE: Final = (DatabaseError, InterfaceError, PoolTimeout)
_NO_SERVER: Final = (IMAPClientError, OSError)


class Reader(Thread):
    """Reads one mailbox until told to stop; whatever goes wrong is tried again, more and more patiently."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(name=f"imap-{inbox.pk}", daemon=True)
        self.settings = settings_of(inbox)
        self._inbox = inbox
        self._place = Place(**inbox.imap_state)
        self.stop = Event()

    def run(self) -> None:
        failures = 0
        while not self.stop.is_set():
            try:
                self._read(started=failures)
                failures = 0
            except (*_NO_SERVER, *_NO_DATABASE, Refusal) as error:
                patience = _PATIENCE[min(failures, len(_PATIENCE) - 1)]
                facts = {"inbox": self._inbox.pk, "error": type(error).__name__, "seconds": patience}
                logger.warning("mailbox_not_read", extra=facts)
                failures += 1
                self.stop.wait(patience)
            except Exception:
                logger.exception("mailbox_reader_failed", extra={"inbox": self._inbox.pk})
                failures += 1
                self.stop.wait(_PATIENCE[-1])
            finally:
                connection.close()

    def _read(self, *, started: int) -> None:
        secret = login_secret(self._inbox, "imap")
        mailbox = Mailbox(self._inbox.imap_url, secret, largest=settings.LETTER_LIMIT_BYTES)
        try:
            mailbox.open()
            logger.info("mailbox_opened", extra={"inbox": self._inbox.pk, "after_failures": started})
            while not self.stop.is_set():
                self._catch_up(mailbox)
                connection.close()  # back to the pool while we wait
                mailbox.wait(self.stop)
        finally:
            mailbox.close()

    def _catch_up(self, mailbox: Mailbox) -> None:
        is_first = self._place.uid_validity != mailbox.uid_validity
        highest = mailbox.highest_uid if is_first else 0
        since = self._inbox.since if not self._place.uid_validity else None
        is_filed = self._inbox.earlier == Inbox.Earlier.FILE
        uids = mailbox.news(self._place, since=since, is_all=is_filed)
        for batch in mailbox.fetch(uids):
            old = {letter.uid for letter in batch if since and _is_before(since, letter)}
            taken = [letter for letter in batch if is_filed or letter.uid not in old]
            keep_all([self._arrival(letter.raw, is_history=letter.uid in old) for letter in taken])
            if taken:
                mailbox.done([letter.uid for letter in taken])
            if not is_first:
                self._remember(mailbox, [letter.uid for letter in batch])
            if self.stop.is_set():
                return
        if is_first:
            self._place = Place()
        if is_first or uids:
            self._remember(mailbox, [*uids, highest])

    def _arrival(self, raw: bytes, *, is_history: bool) -> Arrival:
        return Arrival(
            raw=raw, door="imap", inbox_id=self._inbox.pk, envelope_to=delivered_to(raw), is_history=is_history
        )

    def _remember(self, mailbox: Mailbox, uids: list[int]) -> None:
        self._place = mailbox.after(self._place, uids, day=timezone.now().date().isoformat())
        remember_place(inbox_id=self._inbox.pk, place=asdict(self._place))


def _is_before(since: date, letter: Fetched) -> bool:
    written_at = plausible(letter.written_at)
    return written_at is not None and timezone.localdate(written_at) < since


def settings_of(inbox: Inbox) -> tuple[object, ...]:
    """What makes a reader begin anew when it changes; a refresh token changes by itself and is read at each log-in."""
    secret = "" if wants_token(inbox.imap_url) else inbox.imap_secret
    return inbox.imap_url, secret, inbox.since, inbox.earlier


def fetch_forever(stop: Event) -> None:
    """Read every mailbox that has an IMAP address until ``stop``; changes of settings are followed within seconds.

    Several workers may call this: one advisory lock for each mailbox, held by this thread's connection, decides who
    reads it. When the connection is lost so are the locks, and the readers stop.
    """
    readers: dict[int, Reader] = {}
    while not stop.is_set():
        try:
            _follow(readers)
        except _NO_DATABASE as error:
            logger.warning("mailboxes_wait_for_the_database", extra={"error": type(error).__name__})
            _end(readers, list(readers))
            connection.close()
        stop.wait(_LOOK_FOR_INBOXES_EVERY)
    _end(readers, list(readers))
    with suppress(*_NO_DATABASE):
        _unlock_all()  # closing only gives the connection back to the pool, and the locks would stay with it
    connection.close()


def _follow(readers: dict[int, Reader]) -> None:
    inboxes = {inbox.pk: inbox for inbox in fetched_inboxes()}
    changed = [
        pk
        for pk, reader in readers.items()
        if pk not in inboxes or settings_of(inboxes[pk]) != reader.settings or not reader.is_alive()
    ]
    _end(readers, changed)
    for pk in changed:
        _unlock(pk)
    for pk, inbox in inboxes.items():
        if pk not in readers and _lock(pk):
            readers[pk] = Reader(inbox)
            readers[pk].start()


def _end(readers: dict[int, Reader], which: list[int]) -> None:
    ending = [readers.pop(pk) for pk in which]
    for reader in ending:
        reader.stop.set()
    for reader in ending:
        reader.join(timeout=10)


def _lock(inbox_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE, inbox_id])
        return bool(cursor.fetchone()[0])


def _unlock_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")


def _unlock(inbox_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, inbox_id])
