"""The words and the files of a letter, gathered from its parts."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from otklik.reach.adapters.email.charsets import decode
from otklik.reach.adapters.email.envelopes import opened_tnef, signed_content
from otklik.reach.adapters.email.headers import words
from otklik.reach.adapters.email.invitations import LARGEST, TYPES, invitation_words
from otklik.reach.adapters.email.mime import Limits, Part, Tree, take_apart
from otklik.reach.adapters.email.names import file_name
from otklik.reach.adapters.incoming import IncomingFile

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DATA_IMAGE = re.compile(r"""data:image/(png|jpe?g|gif|webp|bmp);base64,([A-Za-z0-9+/=%\s]{64,})""", re.IGNORECASE)
_LEFT_OUT = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/x-amp-html",
}
_ENVELOPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_DEEPEST_ENVELOPE = 3
_MOST_INVITATIONS = 3


@dataclass(slots=True, kw_only=True)
class Words:
    """One stretch of the letter, in one or both of its forms."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True, kw_only=True)
class Gathered:
    """All that a letter says and carries."""

    words: list[Words] = field(default_factory=list)
    files: list[IncomingFile] = field(default_factory=list)
    notices: set[str] = field(default_factory=set)
    invitations: list[str] = field(default_factory=list)
    room: int = 0
    is_truncated: bool = False


def gather(tree: Tree, limits: Limits) -> Gathered:
    """The stretches of text in reading order and the files, within ``limits``."""
    found = Gathered(room=limits.decoded_bytes, is_truncated=tree.is_truncated)
    _gather(tree, limits, found, 0)
    return found


def _gather(tree: Tree, limits: Limits, found: Gathered, envelopes: int) -> None:
    alternatives: dict[int, Words] = {}
    for part, group in _leaves(tree):
        if _is_words(part):
            stretch = alternatives.get(group) or Words()
            if group not in alternatives:
                found.words.append(stretch)
            if group:
                alternatives[group] = stretch
            _take_words(part, stretch, limits, found)
        elif part.content_type not in _LEFT_OUT:
            _take_carried(part, limits, found, envelopes)


def _take_carried(part: Part, limits: Limits, found: Gathered, envelopes: int) -> None:
    if part.content_type in _ENVELOPES:
        _take_envelope(part, limits, found, envelopes)
    elif part.content_type in _TNEF or part.params.get("name", "").lower() == "winmail.dat":
        _take_tnef(part, found)
    else:
        _take_file(part, found)
        if part.content_type in TYPES and len(found.invitations) < _MOST_INVITATIONS:
            _take_invitation(part, found)


def _take_invitation(part: Part, found: Gathered) -> None:
    """In words, once: Outlook puts the same event into a letter twice."""
    told = invitation_words(part.content(LARGEST + 1))
    if told and told not in found.invitations:
        found.invitations.append(told)


def _leaves(tree: Tree) -> Iterator[tuple[Part, int]]:
    """The parts that hold something, each with the id of the outermost multipart/alternative around it (0: none)."""
    waiting: list[tuple[Part, int]] = [(tree.root, 0)]
    while waiting:
        part, group = waiting.pop()
        if part.children:
            if part.content_type == "multipart/alternative" and not group:
                group = id(part)
            waiting.extend((child, group) for child in reversed(part.children))
        elif not part.content_type.startswith("multipart/"):
            yield part, group


def _is_words(part: Part) -> bool:
    if part.content_type not in {"text/plain", "text/html", "text/markdown"} or part.is_attachment:
        return False
    return b"filename" not in part.headers.first("content-disposition")[:2_000].lower()


def _take_words(part: Part, stretch: Words, limits: Limits, found: Gathered) -> None:
    is_html = part.content_type == "text/html"
    text = _html(part, limits, found) if is_html else _plain(part, limits)
    if len(text) > limits.text_bytes or part.end - part.start > limits.decoded_bytes // 4:
        text, found.is_truncated = text[: limits.text_bytes], True
    if is_html:
        stretch.html = text if stretch.html is None else f"{stretch.html}<br>{text}"
    else:
        stretch.plain = text if stretch.plain is None else f"{stretch.plain}\n\n{text}"


def _plain(part: Part, limits: Limits) -> str:
    text = decode(part.content(limits.decoded_bytes // 4), part.params.get("charset", ""))
    if part.params.get("format", "").lower() == "flowed":
        return unflowed(text, delete_space=part.params.get("delsp", "").lower() == "yes")
    return text


def _html(part: Part, limits: Limits, found: Gathered) -> str:
    encoded = part.content(limits.decoded_bytes // 4)
    declared = part.params.get("charset", "")
    if not declared and (meta := _META_CHARSET.search(encoded[:4_000])):
        declared = meta[1].decode("ascii", "replace")
    return _without_data_images(decode(encoded, declared), found)


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """RFC 3676: lines that end with a space go on in the next line of the same depth of quotation."""
    lines: list[str] = []
    depth_before, goes_on = 0, False
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if goes_on and depth == depth_before and bare != "-- ":
            lines[-1] += bare
        else:
            lines.append(">" * depth + (" " if depth and bare else "") + bare)
        goes_on, depth_before = bare.endswith(" ") and bare != "-- ", depth
        if goes_on and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _without_data_images(html: str, found: Gathered) -> str:
    """Pictures written into the HTML itself become files that it refers to, like any other picture."""

    def taken(match: re.Match[str]) -> str:
        number = len(found.files) + 1
        try:
            content = base64.b64decode(unquote(match[2]), validate=False)
        except (binascii.Error, ValueError):
            return ""
        kind = match[1].lower().replace("jpg", "jpeg")
        content_id = f"inline-{number}@letter"
        _keep(
            found, name=f"image-{number}.{kind}", content_type=f"image/{kind}", content=content, content_id=content_id
        )
        return f"cid:{content_id}"

    return _DATA_IMAGE.sub(taken, html) if "data:image/" in html else html


def _take_envelope(part: Part, limits: Limits, found: Gathered, envelopes: int) -> None:
    inner = None
    if envelopes < _DEEPEST_ENVELOPE and "enveloped" not in part.params.get("smime-type", ""):
        inner = signed_content(part.content())
    if inner is not None:
        _gather(take_apart(inner, limits), limits, found, envelopes + 1)
        return
    found.notices.add("encrypted")
    _take_file(part, found)


def _take_tnef(part: Part, found: Gathered) -> None:
    opened = opened_tnef(part.content())
    if opened is None:
        _take_file(part, found)
        return
    if (opened.text or opened.html) and not any(stretch.plain or stretch.html for stretch in found.words):
        found.words.append(Words(plain=opened.text or None, html=opened.html or None))
    for file in opened.files:
        _keep(found, name=file.name, content_type=file.content_type, content=file.content, content_id="")


def _take_file(part: Part, found: Gathered) -> None:
    if part.end - part.start > found.room * 2:
        found.is_truncated = True
        return
    content = part.content()
    if not content and not part.headers.names():
        return  # what stands between two boundaries by mistake
    content_id = words(part.headers.first("content-id")).strip("<> ")[:250]
    if part.content_type in {"multipart/encrypted", "application/pgp-encrypted"}:
        found.notices.add("encrypted")
    _keep(found, name=file_name(part, content), content_type=part.content_type, content=content, content_id=content_id)


def _keep(found: Gathered, *, name: str, content_type: str, content: bytes, content_id: str) -> None:
    if len(content) > found.room:
        found.is_truncated = True
        return
    found.room -= len(content)
    found.files.append(IncomingFile(name=name, content_type=content_type, content=content, content_id=content_id))
