"""Files that strangers upload: what is refused, said in words."""

import re
from pathlib import PurePath

from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal

_PROGRAMS = re.compile(
    r"\.(?:apk|app|bat|cmd|com|cpl|dll|exe|gadget|hta|jar|jse?|lnk|ms[ip]|mst|pif|ps1|ps2|psc1|reg|sc[frt]|sh|sys|url|"
    r"vb|vbe|vbs|ws[cfh]?|xll)$"
)
_PROGRAM_STARTS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"L\x00\x00\x00\x01\x14",
)
_LONGEST_NAME = 150


def clean_name(name: str) -> str:
    """The last part of a file's name without marks that disturb; the extension survives the cut."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    path = PurePath(shown or "file")
    return f"{path.stem[: _LONGEST_NAME - len(path.suffix[:20])]}{path.suffix[:20]}"


def check_upload(*, name: str, content: bytes) -> None:
    """Raises ``Refusal('file_empty' | 'file_is_program')``; judged by name and first bytes."""
    if not content:
        raise Refusal("file_empty", _("The file %(name)s is empty. Choose it once more.") % {"name": name})
    if _PROGRAMS.search(name.lower()) or content.startswith(_PROGRAM_STARTS):
        text = _("%(name)s is a program, and programs may do harm. Send a picture or a document instead.")
        raise Refusal("file_is_program", text % {"name": name})
