"""Letters out by SMTP, or into a folder while no server is named."""

import hashlib
import os
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from otklik.foundation.files.disk import settle
from otklik.reach.adapters.delivering import OUTCOME_UNKNOWN, DeliveryFailed, Letter, Receipt
from otklik.reach.adapters.oauth import answer_of, wants_token

_TIMEOUT_SECONDS: Final = 30
_PERMANENT: Final = 5
_GO_ON: Final = 354
_TAKEN: Final = 250
_is_rehearsal: ContextVar[bool] = ContextVar("is_rehearsal", default=False)


@contextmanager
def rehearsing() -> Iterator[None]:
    """Inside the block every letter is taken and none leaves, whatever server is named."""
    before = _is_rehearsal.set(True)
    try:
        yield
    finally:
        _is_rehearsal.reset(before)


def is_rehearsing() -> bool:
    return _is_rehearsal.get()


def deliver(letter: Letter, *, url: str, password: str = "", folder: Path) -> Receipt:
    """Hand one letter to the server of ``url`` (smtp://, smtp+tls://, smtps://); '' writes an .eml file to ``folder``.

    Raises ``DeliveryFailed``; after it nobody has the letter, unless it ``is_unknown``.
    """
    if is_rehearsing():
        return Receipt()
    try:
        if not url:
            return _write(letter, folder)
        server = _connected(url, password)
        try:
            return _hand_over(server, letter)
        finally:
            _part(server)
    except DeliveryFailed:
        raise
    except (OSError, smtplib.SMTPException) as error:  # the server is away, or our log-in is wrong: both pass
        raise DeliveryFailed(f"{type(error).__name__}: {error}"[:500], permanent=False) from error


def _connected(url: str, password: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, secure = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=_TIMEOUT_SECONDS, context=secure)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=_TIMEOUT_SECONDS)
    try:
        if parts.scheme == "smtp+tls":
            server.starttls(context=secure)
        if parts.username:
            log_in(server, url, password)
    except BaseException:
        server.close()
        raise
    return server


def log_in(server: smtplib.SMTP, url: str, password: str) -> None:
    """By name and password, or with ``?auth=xoauth2`` by an access token instead of the password."""
    parts = urlsplit(url)
    user = unquote(parts.username or "")
    if not wants_token(url):
        server.login(user, password or unquote(parts.password or ""))
        return
    server.ehlo_or_helo_if_needed()
    if "XOAUTH2" not in server.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("the server offers no XOAUTH2 here")
    # The second word answers a challenge, which is how the server tells why it says no.
    server.auth("XOAUTH2", lambda challenge=None: "" if challenge else answer_of(user, password))


def _part(server: smtplib.SMTP) -> None:
    """Whatever the server says to QUIT, it changes nothing about the letter."""
    try:
        server.docmd("QUIT")
    except (OSError, smtplib.SMTPException):
        pass
    finally:
        server.close()


def _hand_over(server: smtplib.SMTP, letter: Letter) -> Receipt:
    server.ehlo_or_helo_if_needed()
    options = [f"SIZE={len(letter.content)}"] if server.has_extn("size") else []
    _expect(server.mail(letter.sender, options), _TAKEN)
    refused: dict[str, DeliveryFailed] = {}
    for address in letter.recipients:
        code, text = server.rcpt(address)
        if code // 100 != _TAKEN // 100:
            refused[address] = _refusal(code, text)
    if len(refused) < len(letter.recipients):
        _say(server, letter.content)
    return Receipt(refused=refused)


def _say(server: smtplib.SMTP, content: bytes) -> None:
    """DATA; from the final dot until the answer nobody knows who has the letter."""
    _expect(server.docmd("DATA"), _GO_ON)
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
    end = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
    server.send(stuffed)
    try:
        server.send(end)
        answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryFailed(OUTCOME_UNKNOWN, permanent=False, is_unknown=True) from error
    _expect(answer, _TAKEN)


def _expect(answer: tuple[int, bytes], code: int) -> None:
    if answer[0] != code:
        raise _refusal(*answer)


def _refusal(code: int, text: bytes | str) -> DeliveryFailed:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return DeliveryFailed(f"{code} {words}"[:500], permanent=code // 100 == _PERMANENT)


def _write(letter: Letter, folder: Path) -> Receipt:
    """One new file for each letter, whole or not there at all."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns()}-{hashlib.sha256(letter.content).hexdigest()[:12]}"
    envelope = f"X-Envelope-From: {letter.sender}\r\nX-Envelope-To: {', '.join(letter.recipients)}\r\n"
    draft = folder / f".{name}.new"
    with draft.open("xb") as file:
        file.write(envelope.encode() + letter.content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / f"{name}.eml")
    settle(folder)
    return Receipt()
