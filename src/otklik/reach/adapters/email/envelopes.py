"""Letters inside wrappings of one maker: Outlook's winmail.dat (TNEF) and opaque S/MIME signatures (RFC 8551)."""

import logging
import mimetypes
from dataclasses import dataclass

from tnefparse import TNEF

from otklik.reach.adapters.email.charsets import clean, decode
from otklik.reach.adapters.email.names import safe_name
from otklik.reach.adapters.email.rtf import words_of_rtf
from otklik.reach.adapters.incoming import IncomingFile

logger = logging.getLogger(__name__)

LARGEST_TNEF = 40 * 2**20
MOST_TNEF_FILES = 200
_DEEPEST = 16
_OCTET_STRING, _OCTET_STRINGS, _INDEFINITE = 0x04, 0x24, 0x80
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a winmail.dat held."""

    text: str
    html: str
    files: tuple[IncomingFile, ...]


def opened_tnef(content: bytes) -> Opened | None:
    """The words and files of a winmail.dat; None when it is none or cannot be read."""
    if len(content) > LARGEST_TNEF:
        return None
    try:
        tnef = TNEF(content, do_checksum=False)
        text, html = _text(tnef.body), _text(tnef.htmlbody)
        return Opened(text=text or ("" if html else _rich_text(tnef)), html=html, files=_tnef_files(tnef))
    except Exception as error:  # noqa: BLE001  the library raises whatever hostile bytes make it trip over
        logger.info("tnef_unreadable", extra={"error": type(error).__name__, "size": len(content)})
        return None


def _rich_text(tnef: TNEF) -> str:
    """The words of a letter that Outlook kept as rich text only; '' when they cannot be read."""
    compressed = tnef._rtfbody
    if not compressed:
        return ""
    try:
        return words_of_rtf(bytes(compressed))
    except Exception as error:  # noqa: BLE001  as above; the files of the letter are good all the same
        logger.info("rich_text_unreadable", extra={"error": type(error).__name__, "size": len(compressed)})
        return ""


def _tnef_files(tnef: TNEF) -> tuple[IncomingFile, ...]:
    files = []
    for number, attachment in enumerate(tnef.attachments[:MOST_TNEF_FILES], 1):
        name = safe_name(_text(attachment.long_filename() or "")) or f"attachment-{number}.bin"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        files.append(IncomingFile(name=name, content_type=kind, content=bytes(attachment.data)))
    return tuple(files)


def _text(body: str | bytes | list[bytes] | None) -> str:
    if isinstance(body, list):
        body = body[0] if body else ""
    if isinstance(body, bytes):
        return decode(body).strip("\0")
    return clean(body or "")


def signed_content(der: bytes) -> bytes | None:
    """The letter inside a CMS SignedData (``smime.p7m``), its signature not verified; None when there is none."""
    try:
        _, content_info, _ = _element(der, 0, len(der))
        _, oid, after = _element(der, *content_info)
        if der[oid[0] : oid[1]] != _SIGNED_DATA:
            return None
        _, explicit, _ = _element(der, after, content_info[1])
        _, signed_data, _ = _element(der, *explicit)
        _, _, after = _element(der, *signed_data)  # version
        _, _, after = _element(der, after, signed_data[1])  # digest algorithms
        _, encapsulated, _ = _element(der, after, signed_data[1])
        _, _, after = _element(der, *encapsulated)  # content type
        if after >= encapsulated[1]:
            return None
        _, wrapped, _ = _element(der, after, encapsulated[1])
        return _octets(der, *wrapped) or None
    except (IndexError, ValueError):
        return None


def _octets(der: bytes, start: int, end: int) -> bytes:
    """The joined OCTET STRINGs between ``start`` and ``end``, primitive or in pieces."""
    pieces, waiting = [], [(start, end)]
    while waiting:
        start, end = waiting.pop()
        if start >= end:
            continue
        tag, (begin, stop), after = _element(der, start, end)
        waiting.append((after, end))
        if tag == _OCTET_STRINGS:
            waiting.append((begin, stop))
        elif tag == _OCTET_STRING:
            pieces.append(der[begin:stop])
    return b"".join(pieces)


def _element(der: bytes, start: int, end: int) -> tuple[int, tuple[int, int], int]:
    """Tag, where the contents lie, and where the next element begins. Raises ``ValueError`` on nonsense."""
    if start + 2 > end:
        raise ValueError("no element")
    tag, length, at = der[start], der[start + 1], start + 2
    if length == _INDEFINITE:  # indefinite: contents end where two zero bytes stand at an element's place
        return tag, (at, (stop := _end_of_contents(der, at, end))), stop + 2
    if length > _INDEFINITE:
        count = length - _INDEFINITE
        length, at = int.from_bytes(der[at : at + count]), at + count
    if at + length > end:
        raise ValueError("element too long")
    return tag, (at, at + length), at + length


def _end_of_contents(der: bytes, at: int, end: int) -> int:
    depth = 1
    while at + 2 <= end:
        if der[at : at + 2] == b"\0\0":
            depth -= 1
            if not depth:
                return at
            at += 2
        elif der[at + 1] == _INDEFINITE:
            depth, at = depth + 1, at + 2
            if depth > _DEEPEST:
                raise ValueError("too deep")
        else:
            _, _, at = _element(der, at, end)
    raise ValueError("no end of contents")
