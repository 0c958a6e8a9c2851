"""File names as people see them: decoded from every wrong encoding, and harmless."""

import mimetypes
import re

from otklik.reach.adapters.email.charsets import clean
from otklik.reach.adapters.email.headers import parameters, words
from otklik.reach.adapters.email.mime import Part

LONGEST_NAME = 180
LONGEST_EXTENSION = 10
_UNSAFE = re.compile('[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2028-\u202f\u2060-\u2069]')
_SPACES = re.compile(r"\s+")
_SUBJECT = re.compile(rb"^subject:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE)
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "image/jpeg": ".jpg",
    "text/plain": ".txt",
    "application/octet-stream": ".bin",
}


def file_name(part: Part, content: bytes, charset: str = "") -> str:
    """The name of an attachment; of a letter in the letter, its subject; else one made from its type.

    ``charset``: of the letter, for names in naked bytes.
    """
    written = written_name(part, charset)
    if not written and part.content_type == "message/rfc822":
        subject = _SUBJECT.search(content[:20_000])
        written = words(subject[1].replace(b"\r", b"").replace(b"\n", b""))[:100] if subject else ""
        return with_extension(safe_name(written.replace("/", "-").replace("\\", "-")) or "letter", ".eml")
    return safe_name(written) or _made_name(part)


def written_name(part: Part, charset: str = "") -> str:
    """The name that the part itself gives; '' when it gives none."""
    _, disposition = parameters(part.headers.first("content-disposition"), charset)
    _, declared = parameters(part.headers.first("content-type"), charset)
    return disposition.get("filename") or declared.get("name") or ""


def safe_name(written: str) -> str:
    """One line without path, control and direction characters, at most 180 long; '' if nothing is left."""
    name = clean(written).replace("\\", "/").rstrip("/ .").rpartition("/")[2]
    name = _SPACES.sub(" ", _UNSAFE.sub("", name)).strip(" .")
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > LONGEST_EXTENSION:
        return name[:LONGEST_NAME].strip()
    return f"{stem[: LONGEST_NAME - len(extension) - 1].strip()}.{extension}"


def with_extension(name: str, extension: str) -> str:
    return name if name.lower().endswith(extension) else name + extension


def _made_name(part: Part) -> str:
    base = {"text/calendar": "invite", "message/rfc822": "letter"}.get(
        part.content_type, part.content_type.partition("/")[0]
    )
    if part.content_type in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return "smime.p7m"
    known = _EXTENSIONS.get(part.content_type) or mimetypes.guess_extension(part.content_type) or ".bin"
    return f"{'attachment' if base in {'application', 'multipart'} else base}{known}"
