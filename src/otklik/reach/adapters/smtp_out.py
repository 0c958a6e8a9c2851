"""Letters out by SMTP, or into a folder while no server is named."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import unquote, urlsplit

from otklik.reach.adapters.delivering import DeliveryFailed, Letter, Receipt

_TIMEOUT_SECONDS = 30
_PERMANENT = 5
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

    Raises ``DeliveryFailed``; after it nobody has the letter.
    """
    if is_rehearsing():
        return Receipt()
    if not url:
        return _write(letter, folder)
    try:
        return _send(letter, url, password)
    except smtplib.SMTPRecipientsRefused as error:
        return Receipt(refused={address: _refusal(code, text) for address, (code, text) in error.recipients.items()})
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryFailed(f"{type(error).__name__}: {error}", permanent=False) from error


def _send(letter: Letter, url: str, password: str) -> Receipt:
    parts = urlsplit(url)
    host, secure = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=_TIMEOUT_SECONDS, context=secure)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=_TIMEOUT_SECONDS)
    with server:
        if parts.scheme == "smtp+tls":
            server.starttls(context=secure)
        secret = password or unquote(parts.password or "")
        if parts.username:
            server.login(unquote(parts.username), secret)
        refused = server.sendmail(letter.sender, letter.recipients, letter.content)
    return Receipt(refused={address: _refusal(code, text) for address, (code, text) in refused.items()})


def _refusal(code: int, text: bytes | str) -> DeliveryFailed:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return DeliveryFailed(f"{code} {words}"[:500], permanent=code // 100 == _PERMANENT)


def _write(letter: Letter, folder: Path) -> Receipt:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{abs(hash(letter.content)):x}.eml"
    envelope = f"X-Envelope-From: {letter.sender}\r\nX-Envelope-To: {', '.join(letter.recipients)}\r\n"
    (folder / name).write_bytes(envelope.encode() + letter.content)
    return Receipt()
