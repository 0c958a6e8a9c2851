"""Builders of letters as raw bytes, odd on purpose."""

import base64
from collections.abc import Sequence

HEAD = b"From: Ivan <ivan@example.ru>\r\nTo: help@shop.example\r\nSubject: Hello\r\nMessage-ID: <1@example.ru>\r\n"


def letter(*headers: str | bytes, body: str | bytes = b"Hello", head: bytes = HEAD) -> bytes:
    """A letter with an ordinary head, more ``headers`` and a ``body``; text is written as UTF-8."""
    return head + b"".join(_bytes(header) + b"\r\n" for header in headers) + b"\r\n" + _bytes(body)


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "b0", close: bool = True) -> tuple[str, bytes]:
    """A Content-Type header and the body that belongs to it, for ``letter(header, body=body)``."""
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    end = b"--" + boundary.encode() + b"--\r\n" if close else b""
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"', body + end


def part(content: str | bytes, *headers: str | bytes) -> bytes:
    return b"".join(_bytes(header) + b"\r\n" for header in headers) + b"\r\n" + _bytes(content)


def text(content: str, kind: str = "plain") -> bytes:
    return part(content, f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: 8bit")


def attached(content: bytes, *headers: str | bytes, kind: str = "application/pdf") -> bytes:
    """A base64 attachment; ``headers`` say its name."""
    type_header: Sequence[str | bytes] = (
        [] if any(_bytes(h).startswith(b"Content-Type") for h in headers) else [f"Content-Type: {kind}"]
    )
    return part(base64.encodebytes(content), *type_header, *headers, "Content-Transfer-Encoding: base64")


def _bytes(written: str | bytes) -> bytes:
    return written.encode() if isinstance(written, str) else written
