"""The IMAP door: each mailbox is read by one thread of one worker, and a letter is marked only when it is kept.

Doors of messengers that are polled are minded here, too.
"""

import logging
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from threading import Event
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone
from imapclient.exceptions import IMAPClientError

from otklik.reach.actions.inboxes import remember_place
from otklik.reach.actions.keeping import Arrival, keep_all
from otklik.reach.actions.logins import login_secret
from otklik.reach.adapters.imap import Fetched, Mailbox, Place, delivered_to
from otklik.reach.adapters.oauth import wants_token
from otklik.reach.dates import plausible
from otklik.reach.models import Inbox
from otklik.reach.polling import Poller, what_matters
from otklik.reach.queries import fetched_inboxes, polled_inboxes
from otklik.reach.tending import NO_DATABASE, Tender

logger = logging.getLogger(__name__)

_LOOK_FOR_INBOXES_EVERY: Final = 5
_LOCK_SPACE: Final = 0x696D6170  # "imap"


class Reader(Tender):
    """One mailbox."""

    goes_wrong = (IMAPClientError, OSError)

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(inbox, settings_of(inbox))
        self._inbox = inbox
        self._place = Place(**inbox.imap_state)

    def tend(self, failures: int) -> None:
        secret = login_secret(self._inbox, "imap")
        mailbox = Mailbox(self._inbox.imap_url, secret, largest=settings.LETTER_LIMIT_BYTES)
        try:
            mailbox.open()
            logger.info("mailbox_opened", extra={"inbox": self._inbox.pk, "after_failures": failures})
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
    """Read every mailbox that has an IMAP address, and every door that is polled, until ``stop``.

    Changes of settings are followed within seconds.
    Several workers may call this: one advisory lock for each mailbox, held by this thread's connection, decides who
    reads it. When the connection is lost so are the locks, and the readers stop.
    """
    readers: dict[int, Tender] = {}
    while not stop.is_set():
        try:
            _follow(readers)
        except NO_DATABASE as error:
            logger.warning("mailboxes_wait_for_the_database", extra={"error": type(error).__name__})
            _end(readers, list(readers))
            connection.close()
        stop.wait(_LOOK_FOR_INBOXES_EVERY)
    _end(readers, list(readers))
    with suppress(*NO_DATABASE):
        _unlock_all()  # closing only gives the connection back to the pool, and the locks would stay with it
    connection.close()


def _follow(readers: dict[int, Tender]) -> None:
    inboxes = {inbox.pk: inbox for inbox in (*fetched_inboxes(), *polled_inboxes())}
    changed = [
        pk
        for pk, reader in readers.items()
        if pk not in inboxes or _wanted(inboxes[pk]) != reader.settings or not reader.is_alive()
    ]
    _end(readers, changed)
    for pk in changed:
        _unlock(pk)
    for pk, inbox in inboxes.items():
        if pk not in readers and _lock(pk):
            readers[pk] = Reader(inbox) if inbox.kind == Inbox.Kind.EMAIL else Poller(inbox)
            readers[pk].start()


def _wanted(inbox: Inbox) -> Hashable:
    return settings_of(inbox) if inbox.kind == Inbox.Kind.EMAIL else what_matters(inbox)


def _end(readers: dict[int, Tender], which: list[int]) -> None:
    ending = [readers.pop(pk) for pk in which]
    for reader in ending:
        reader.stop.set()
    for reader in ending:
        reader.join(timeout=1 if isinstance(reader, Poller) else 10)  # what it may still be told stays there


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
