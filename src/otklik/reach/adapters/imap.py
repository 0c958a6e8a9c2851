"""Letters from an IMAP mailbox. Knows the protocol's habits; must never know the database."""

import logging
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from otklik.reach.adapters.email.headers import date as written_on
from otklik.reach.adapters.oauth import wants_token

logger = logging.getLogger(__name__)

KEYWORD: Final = b"$Otklik"
_TIMEOUT: Final = 60
_BATCH_BYTES: Final = 8_000_000
_BATCH_LETTERS: Final = 100
_RENEW_IDLE_AFTER: Final = 540
_POLL_AFTER: Final = 60
_TOO_QUICK: Final = 0.5
_LOOK_BACK: Final = timedelta(days=2)


_LONGEST_HEAD: Final = 100_000
_MOST_RECIPIENTS: Final = 20
_WRITTEN: Final = re.compile(rb"^date:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)?)", re.I | re.M)
_DELIVERED: Final = re.compile(
    rb"^(?:delivered-to|x-original-to|envelope-to|x-envelope-to):[ \t]*<?([^\s<>,]{1,200}@[^\s<>,]{1,250})", re.I | re.M
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far a mailbox has been read. ``uid_validity`` 0: never. ``day``: the ISO date of the last look."""

    uid_validity: int = 0
    last_uid: int = 0
    day: str = ""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    uid: int
    raw: bytes

    @property
    def written_at(self) -> datetime | None:
        """What its Date header says."""
        head = re.split(rb"\r?\n\r?\n", self.raw[:_LONGEST_HEAD], maxsplit=1)[0]
        found = _WRITTEN.search(head)
        return written_on(found[1]) if found else None


class Mailbox:
    """One mailbox by its URL: ``imaps://user@host[:port]/FOLDER[?move=OTHER&auth=xoauth2]``.

    ``imap://`` takes STARTTLS if it is offered. With ``auth=xoauth2`` the password is an access token.
    """

    def __init__(self, url: str, password: str, *, largest: int) -> None:
        self._url = urlsplit(url)
        self._password = password or unquote(self._url.password or "")
        self._largest = largest
        self._folder = unquote(self._url.path.strip("/")) or "INBOX"
        self._move_to = parse_qs(self._url.query).get("move", [""])[0]
        self._client: IMAPClient | None = None
        self._flags: list[bytes] = []
        self.uid_validity = 0
        self.highest_uid = 0

    @property
    def client(self) -> IMAPClient:
        if self._client is None:
            raise IMAPClientError("not connected")
        return self._client

    def open(self) -> None:
        is_secure = self._url.scheme == "imaps"
        context = ssl.create_default_context() if is_secure else None
        host, port = self._url.hostname or "localhost", self._url.port or (993 if is_secure else 143)
        self._client = IMAPClient(host, port, ssl=is_secure, ssl_context=context, timeout=_TIMEOUT)
        if not is_secure and self._client.has_capability("STARTTLS"):
            self._client.starttls(ssl.create_default_context())
        user = unquote(self._url.username or "")
        if wants_token(self._url.geturl()):
            self._client.oauth2_login(user, self._password)
        else:
            self._client.login(user, self._password)
        chosen = self._client.select_folder(self._folder)
        self.uid_validity = int(chosen[b"UIDVALIDITY"])
        self.highest_uid = int(chosen.get(b"UIDNEXT", 1)) - 1
        may = chosen.get(b"PERMANENTFLAGS", ())
        self._flags = [SEEN, *([KEYWORD] if b"\\*" in may or KEYWORD in may else [])]

    def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.logout()
        except (IMAPClientError, OSError):
            logger.debug("imap_logout_failed")

    def news(self, place: Place, *, since: date | None = None, is_all: bool = False) -> list[int]:
        """UIDs to fetch, oldest first.

        A mailbox seen for the first time gives what nobody has read, or what came ``since`` a day, read or not, or
        (``is_all``) everything; later everything after the last UID counts, read
        or not. When the server has numbered anew, all that is recent and not marked by us counts.
        """
        if place.uid_validity == self.uid_validity:
            found = self.client.search(["UID", f"{place.last_uid + 1}:*"])
            return sorted(uid for uid in found if uid > place.last_uid)  # "n:*" always gives the last one
        if not place.uid_validity and since is None:
            return sorted(self.client.search(["UNSEEN"]))
        mine = ["UNKEYWORD", KEYWORD] if KEYWORD in self._flags else []
        if not place.uid_validity and is_all:
            return sorted(self.client.search(["ALL", *mine]))
        since = since if since and not place.uid_validity else date.fromisoformat(place.day)
        return sorted(self.client.search(["SINCE", since - _LOOK_BACK, *mine]))

    def fetch(self, uids: Sequence[int]) -> Iterator[list[Fetched]]:
        """The letters in batches of bounded size; a letter that the server cannot give is left out and logged."""
        for start in range(0, len(uids), _BATCH_LETTERS):
            sizes = self._sizes(uids[start : start + _BATCH_LETTERS])
            batch: list[Fetched] = []
            weight = 0
            for uid, size in sizes.items():
                letter = self._letter(uid, size)
                if letter is None:
                    continue
                batch.append(letter)
                weight += len(letter.raw)
                if weight > _BATCH_BYTES:
                    yield batch
                    batch, weight = [], 0
            if batch:
                yield batch

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        found = self.client.fetch(uids, ["RFC822.SIZE"])
        return {uid: int(found[uid].get(b"RFC822.SIZE", 0)) for uid in uids if uid in found}

    def _letter(self, uid: int, size: int) -> Fetched | None:
        asked = f"BODY.PEEK[]<0.{self._largest}>" if size > self._largest else "BODY.PEEK[]"
        try:
            parts: dict[bytes, Any] = self.client.fetch([uid], [asked]).get(uid, {})
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            logger.warning("imap_letter_not_given", extra={"uid": uid, "error": type(error).__name__})
            return None
        raw = next((value for name, value in parts.items() if name.startswith(b"BODY[]")), None)
        return Fetched(uid=uid, raw=raw) if isinstance(raw, bytes) and raw else None

    def done(self, uids: Sequence[int]) -> None:
        """Mark letters that are kept, and move them if the URL says so."""
        self.client.add_flags(uids, self._flags, silent=True)
        if self._move_to:
            self._move(uids)

    def _move(self, uids: Sequence[int]) -> None:
        if not self.client.folder_exists(self._move_to):
            self.client.create_folder(self._move_to)
        if self.client.has_capability("MOVE"):
            self.client.move(uids, self._move_to)
            return
        self.client.copy(uids, self._move_to)
        self.client.delete_messages(uids)
        self.client.expunge()

    def wait(self, stop: Event) -> None:
        """Until the server says that something came, or it is time to look anyway."""
        if not self.client.has_capability("IDLE"):
            stop.wait(_POLL_AFTER)
            self.client.noop()
            return
        self.client.idle()
        until = time.monotonic() + _RENEW_IDLE_AFTER
        try:
            while time.monotonic() < until and not stop.is_set() and not self._has_come():
                pass
        finally:
            self.client.idle_done()

    def _has_come(self) -> bool:
        asked_at = time.monotonic()
        answers = self.client.idle_check(timeout=1)
        if not answers and time.monotonic() - asked_at < _TOO_QUICK:
            raise IMAPClientAbortError("the server has gone")  # imapclient answers nothing, at once, at the end of file
        return any(b"EXISTS" in answer for answer in answers if isinstance(answer, tuple))

    def after(self, place: Place, uids: Sequence[int], *, day: str) -> Place:
        return replace(place, uid_validity=self.uid_validity, last_uid=max([place.last_uid, *uids], default=0), day=day)


def delivered_to(raw: bytes) -> tuple[str, ...]:
    """Whom the letter was delivered to, as the servers on its way wrote it down; a plus-address survives here."""
    head = re.split(rb"\r?\n\r?\n", raw[:_LONGEST_HEAD], maxsplit=1)[0]
    found = dict.fromkeys(match.decode("ascii", "replace") for match in _DELIVERED.findall(head))
    return tuple(found)[:_MOST_RECIPIENTS]
