"""The folder in which letters wait while no mail server is named: files that an erasure must not overlook."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

_HEAD: Final = 65_536
_ENVELOPE: Final = (b"X-Envelope-From:", b"X-Envelope-To:")


def forget_letters(folder: Path, addresses: Collection[str]) -> int:
    """Delete the letters to (or from) these addresses, by the envelope that ``smtp_out`` wrote first. Returns how many.

    A letter to several people goes whole: it holds the words of the one who is forgotten.
    """
    wanted = {address.strip().lower() for address in addresses} - {""}
    if not wanted or not folder.is_dir():
        return 0
    gone = 0
    for file in folder.glob("*.eml"):
        with suppress(FileNotFoundError):
            if wanted & _envelope(file):
                file.unlink()
                gone += 1
    return gone


def _envelope(file: Path) -> set[str]:
    with file.open("rb") as letter:
        lines = letter.read(_HEAD).split(b"\r\n", len(_ENVELOPE))[: len(_ENVELOPE)]
    named = b",".join(line.partition(b":")[2] for line in lines if line.startswith(_ENVELOPE))
    return {one.strip().lower() for one in named.decode("utf-8", "replace").split(",")}
