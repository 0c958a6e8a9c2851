"""Archives of strangers: what Python's readers raise on bytes that were cut or made up, and how to read them."""

import lzma
import struct
import tarfile
import zipfile
import zlib
from typing import Final

BROKEN: Final = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error,
    OSError, EOFError, ValueError, LookupError, ArithmeticError, RuntimeError, MemoryError,
)  # fmt: skip
"""``RuntimeError``: it is locked with a password, or packed in a way that nobody here unpacks."""
_PIECE: Final = 4_096


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, piece by piece: taken at once, one unpacks to far more than it says of itself.

    Raises what is in ``BROKEN``, also when the entry says less than it holds.
    """
    with archive.open(entry) as opened:
        return b"".join(iter(lambda: opened.read(_PIECE), b""))
