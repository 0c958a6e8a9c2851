"""The folder in which letters wait while no mail server is named: files that an erasure must not overlook."""

from collections.abc import Collection
from contextlib import suppress
from email.parser import HeaderParser
from email.utils import getaddresses
from pathlib import Path
from typing import Final

from otklik.reach.adapters.compose import in_letters

_HEAD: Final = 65_536
_PEOPLE: Final = ("X-Envelope-From", "X-Envelope-To", "To", "Cc")


def forget_letters(folder: Path, addresses: Collection[str]) -> int:
    """Delete the letters to (or from) these addresses, by their head and the envelope before it. Returns how many.

    A letter to several people goes whole: it holds the words of the one who is forgotten, even where it was handed
    over to the others alone.
    """
    wanted = {form for address in addresses for form in _forms(address.strip().lower())} - {""}
    if not wanted or not folder.is_dir():
        return 0
    gone = 0
    for file in folder.glob("*.eml"):
        with suppress(FileNotFoundError):
            if wanted & _people(file):
                file.unlink()
                gone += 1
    return gone


def _forms(address: str) -> set[str]:
    """As the envelope has it, and as the head has it."""
    try:
        return {address, in_letters(address)}
    except UnicodeError:  # no letter to it could be written
        return {address}


def _people(file: Path) -> set[str]:
    with file.open("rb") as letter:
        head = HeaderParser().parsestr(letter.read(_HEAD).decode("utf-8", "replace"))
    named = [line for name in _PEOPLE for line in head.get_all(name, ())]
    return {address.strip().lower() for _name, address in getaddresses(named, strict=False)}
