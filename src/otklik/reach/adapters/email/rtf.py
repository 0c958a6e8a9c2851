"""Words of a rich text (RTF), compressed as Outlook does ([MS-OXRTFCP]); only the words, not how they look."""

import struct
from typing import Final

from compressed_rtf import decompress  # type: ignore[import-untyped]  # it has no hints
from compressed_rtf.crc32 import crc32  # type: ignore[import-untyped]
from striprtf.striprtf import rtf_to_text

from otklik.reach.adapters.email.charsets import clean

LARGEST_COMPRESSED: Final = 500_000
LARGEST: Final = 2_000_000
_HEAD: Final = 16


def words_of_rtf(compressed: bytes) -> str:
    """'' for what is too large to be a letter. Raises whatever the libraries trip over: the caller catches it."""
    if len(compressed) > LARGEST_COMPRESSED:
        return ""
    rtf = _decompressed(compressed)[:LARGEST]
    words = rtf_to_text(rtf.decode("latin-1").strip("\0"), errors="replace")  # type: ignore[no-untyped-call]
    return clean(str(words).replace("\N{NO-BREAK SPACE}", " ")).strip("\n")


def _decompressed(compressed: bytes) -> bytes:
    """Rich text with a wrong checksum, without its end or never compressed is read as far as it goes."""
    if compressed.lstrip(b"\0").startswith(b"{\\rtf"):
        return compressed.lstrip(b"\0")
    end = min(len(compressed), int.from_bytes(compressed[:4], "little") + 4)
    for stop in (end, end - 1):
        checksum = crc32(compressed[_HEAD:stop]).to_bytes(4, "little") if compressed[8:12] == b"LZFu" else b""
        try:
            return bytes(decompress(compressed[: _HEAD - len(checksum)] + checksum + compressed[_HEAD:stop]))
        except struct.error:
            continue  # cut in the middle of a reference
    return b""
