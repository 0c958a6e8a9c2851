"""Content-Transfer-Encodings as they are and as they are claimed: what is not encoded stays as it stands."""

import binascii
import re
from typing import Final

UU: Final = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
_SAMPLE: Final = 4_000
_SHORTEST_HIDDEN: Final = 24
_LONGEST_WORD: Final = 40
_FEWEST_ESCAPES: Final = 4
_LETTERS_OF_A_WORD: Final = 20
_BASE64_JUNK = re.compile(rb"[^A-Za-z0-9+/]+")
_BASE64_LINES = re.compile(rb"(?:[A-Za-z0-9+/]{4,1000}\r?\n)*[A-Za-z0-9+/]{1,1000}={0,2}")
_STREAM = re.compile(rb"\s*(?:[A-Za-z0-9+/]{60,1000}\r?\n)*[A-Za-z0-9+/]{2,1000}={0,2}[ \t]*\r?\n(?=\s*\S)")
_INNER_SPACE = re.compile(rb"(?<=\S)[ \t](?=\S)")
_ESCAPE = re.compile(rb"=[0-9A-F]{2}")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_UU_BLOCK = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,300})\r?\n((?:[ -`]{1,90}\r?\n)+)(?:end[ \t]*(?:\r?\n|\Z))?", re.MULTILINE
)


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """``body`` without its Content-Transfer-Encoding; what cannot be decoded stays as it is."""
    if encoding == "base64":
        return _base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in UU:
        _, files = without_uuencoded(body)
        return files[0][1] if files else body
    return body


def honest_words(body: bytes, encoding: str) -> bytes:
    """The decoded ``body`` of a text, also when its encoding is not the one that was declared, or was forgotten."""
    if encoding == "base64":
        bare, decoded = body.strip(), _base64(body)
        is_word = len(bare) < _LONGEST_WORD and bare.isalpha() and _CONTROL.search(decoded) and not _is_utf8(decoded)
        return body if is_word else decoded
    if encoding in {"", "7bit", "8bit", "binary"}:
        return _forgotten(body)
    return body if encoding in UU else decode_transfer(body, encoding)


def without_uuencoded(body: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """A text without the files that stand in it as uuencode, and these: names as written, contents."""
    files: list[tuple[bytes, bytes]] = []

    def taken(match: re.Match[bytes]) -> bytes:
        decoded = _uu_decoded(match[2])
        if not decoded:
            return match.group()
        files.append((match[1], decoded))
        return b""

    return (_UU_BLOCK.sub(taken, body) if b"begin " in body else body), files


def _uu_decoded(lines: bytes) -> bytes:
    decoded = []
    for line in lines.splitlines():
        if line.strip() in {b"end", b"`", b""}:
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            break
    return b"".join(decoded)


def _forgotten(body: bytes) -> bytes:
    """Text that is base64 or quoted-printable from end to end although nothing says so."""
    bare = body.strip()
    if len(bare) >= _SHORTEST_HIDDEN and not len(b"".join(bare.split())) % 4 and _BASE64_LINES.fullmatch(bare):
        decoded = binascii.a2b_base64(bare)
        return decoded if _is_text(decoded) and len(decoded.split()) > 1 else body
    if b"=" in bare[:_SAMPLE] and len(_ESCAPE.findall(bare[:_SAMPLE])) >= _FEWEST_ESCAPES and bare.isascii():
        decoded = binascii.a2b_qp(body)
        return decoded if not decoded.isascii() and _is_text(decoded) else body
    return body


def _is_text(data: bytes) -> bool:
    return _is_utf8(data) and not _CONTROL.search(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _base64(body: bytes) -> bytes:
    """Decode as much as there is: padding in the middle (glued pieces), missing padding, foreign characters.

    What is no base64 at all, or stands in plain words below it, stays.
    """
    stream = _STREAM.match(body)
    if stream and not _is_base64(body[stream.end() :]):
        return _decoded(stream.group()) + b"\n\n" + body[stream.end() :]
    return _decoded(body) if _is_base64(body) else body


def _is_base64(body: bytes) -> bool:
    sample = body[:_SAMPLE]
    if not sample.isascii() or len(_INNER_SPACE.findall(sample)) * _LETTERS_OF_A_WORD > len(sample):
        return False
    bare = b"".join(sample.split())
    return len(_BASE64_JUNK.sub(b"", bare)) + bare.count(b"=") >= len(bare) * 0.75


def _decoded(body: bytes) -> bytes:
    padding = body.find(b"=")
    if padding < 0 or not body[padding:].strip(b"=\r\n\t "):
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            pass  # a length that is no base64: take what there is, below
    pieces = (_BASE64_JUNK.sub(b"", piece) for piece in body.split(b"="))
    return b"".join(_piece(piece) for piece in pieces if piece)


def _piece(piece: bytes) -> bytes:
    if len(piece) % 4 == 1:
        piece = piece[:-1]
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))
