"""The words and the files of a letter, gathered from its parts."""

import base64
import binascii
import html as entities
import mimetypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from otklik.reach.adapters.email.charsets import decode
from otklik.reach.adapters.email.envelopes import opened_tnef, signed_content
from otklik.reach.adapters.email.headers import words
from otklik.reach.adapters.email.html import MOST_TAGS
from otklik.reach.adapters.email.invitations import LARGEST, TYPES, invitation_words
from otklik.reach.adapters.email.mime import Limits, Part, Tree, take_apart
from otklik.reach.adapters.email.names import file_name, safe_name, written_name
from otklik.reach.adapters.email.transfer import UU, honest_words, without_uuencoded
from otklik.reach.adapters.incoming import IncomingFile

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HTML = re.compile(
    r"\s{0,200}(?:<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<meta\s"
    r"|(?=<(?:div|p|table|span|font|b|br)[\s/>])(?s:.{1,500000})</(?:div|p|table|span|font|b)>\s*\Z)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[a-z!/]", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{0,2000}>|&nbsp;", re.IGNORECASE)
_MARKUP_BYTES = re.compile(rb"<[^<>]{0,2000}>|&nbsp;", re.IGNORECASE)
_MIME_REMARK = re.compile(
    r"multi-?part message|MIME[ -](?:format|formatted|encoded|message|aware|compliant|capable|encapsulated)"
    r"|mail reader|mail client|S/MIME|OpenPGP|^--|^content-[a-z-]+:",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"""(<img\b[^<>]{0,2000}?\ssrc\s*=\s*)(?:"([^"<>]{1,1000})"|'([^'<>]{1,1000})'|([^\s"'<>]{1,1000}))""",
    re.IGNORECASE,
)
_PGP = "-----BEGIN PGP MESSAGE-----"
_GLANCE = 4_000
_DATA_IMAGE = re.compile(r"""data:image/(png|jpe?g|gif|webp|bmp);base64,([A-Za-z0-9+/=%\s]{64,})""", re.IGNORECASE)
_LEFT_OUT = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/x-amp-html",
}
_ENVELOPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_UNTYPED = {"application/octet-stream", "application/binary", "application/x-download"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_DEEPEST_ENVELOPE = 3
_MOST_INVITATIONS = 3


@dataclass(slots=True, kw_only=True)
class Words:
    """One stretch of the letter, in one or both of its forms."""

    plain: str | None = None
    html: str | None = None
    is_guessed: bool = False
    """The HTML was labelled as plain text; HTML that calls itself so takes its place."""

    @property
    def is_said(self) -> bool:
        return bool((self.plain or "").strip() or _MARKUP.sub("", self.html or "").strip())


@dataclass(slots=True, kw_only=True)
class Gathered:
    """All that a letter says and carries."""

    words: list[Words] = field(default_factory=list)
    files: list[IncomingFile] = field(default_factory=list)
    notices: set[str] = field(default_factory=set)
    invitations: list[str] = field(default_factory=list)
    room: int = 0
    charset: str = ""
    is_truncated: bool = False


def gather(tree: Tree, limits: Limits, charset: str = "") -> Gathered:
    """The stretches of text in reading order and the files, within ``limits``; ``charset``: of the letter's head."""
    found = Gathered(room=limits.decoded_bytes, is_truncated=tree.is_truncated, charset=charset)
    _gather(tree, limits, found, 0)
    if not any(stretch.is_said for stretch in found.words):
        _take_around(tree, limits, found)
    for stretch in found.words:
        stretch.html = _with_pictures(stretch.html, found.files) if stretch.html else stretch.html
    if any(_PGP in (stretch.plain or "") for stretch in found.words):
        found.notices.add("encrypted")
    return found


def _with_pictures(html: str, files: list[IncomingFile]) -> str:
    """Pictures that the letter names by the name of a file, or by an id in another spelling, found among ``files``."""
    by_id = {file.content_id.lower(): number for number, file in enumerate(files) if file.content_id}
    by_name = {file.name.lower(): number for number, file in enumerate(files)}

    def found(match: re.Match[str]) -> str:
        source = entities.unescape(match[2] or match[3] or match[4]).strip()
        scheme, colon, rest = source.partition(":")
        is_id = bool(colon) and scheme.lower() == "cid"
        if colon and scheme.lower() in {"http", "https", "data"}:
            return match.group()
        name = unquote(rest if is_id else source)
        number = by_id.get(name.lower()) if is_id else None
        if number is None:
            number = by_name.get(name.replace("\\", "/").rpartition("/")[2].partition("@")[0].lower())
        if number is None:
            return match.group()
        if not files[number].content_id:
            files[number] = replace(files[number], content_id=f"named-{number}@letter")
        return f'{match[1]}"cid:{entities.escape(files[number].content_id)}"'

    return _PICTURE.sub(found, html) if files and "<img" in html.lower() else html


def _take_around(tree: Tree, limits: Limits, found: Gathered) -> None:
    """Words that stand before the first boundary or after the last one, when there are no others."""
    for part in tree.parts:
        for start, end in part.around:
            text = decode(part.raw[start : min(end, start + limits.text_bytes)], found.charset)
            said = "\n".join(line for line in text.split("\n") if not _MIME_REMARK.search(line)).strip()
            if said:
                found.words.append(Words(plain=said))


def _gather(tree: Tree, limits: Limits, found: Gathered, envelopes: int) -> None:
    alternatives: dict[int, Words] = {}
    leaves = list(_leaves(tree))
    named = _only_words([part for part, _ in leaves])
    for part, group in leaves:
        if part is named or _is_words(part):
            stretch = alternatives.get(group) or Words()
            if group not in alternatives:
                found.words.append(stretch)
            if group:
                alternatives[group] = stretch
            _take_words(part, stretch, limits, found)
        elif part.content_type not in _LEFT_OUT:
            _take_carried(part, limits, found, envelopes)


def _take_carried(part: Part, limits: Limits, found: Gathered, envelopes: int) -> None:
    name = written_name(part).lower() if part.content_type in _UNTYPED else part.params.get("name", "").lower()
    if part.content_type in _ENVELOPES or (part.content_type in _UNTYPED and name.endswith(".p7m")):
        _take_envelope(part, limits, found, envelopes)
    elif part.content_type in _TNEF or name == "winmail.dat":
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
    return _is_text(part) and not part.is_attachment and not _is_named(part)


def _is_text(part: Part) -> bool:
    return part.content_type in {"text/plain", "text/html", "text/markdown"}


def _is_named(part: Part) -> bool:
    return b"filename" in part.headers.first("content-disposition")[:2_000].lower()


def _only_words(parts: Sequence[Part]) -> Part | None:
    """A text with the name of a file that holds the words of the letter, for nothing else says any."""
    texts = [part for part in parts if _is_text(part)]
    named = next((part for part in texts if _is_named(part) and not part.is_attachment), None)
    if named is None and len(parts) == 1 and texts:
        return texts[0]
    others = (part for part in texts if _is_words(part))
    if named is None or any(_MARKUP_BYTES.sub(b"", part.content(_GLANCE)).strip() for part in others):
        return None
    return named


def _take_words(part: Part, stretch: Words, limits: Limits, found: Gathered) -> None:
    is_html = part.content_type == "text/html"
    text = _html(part, limits, found) if is_html else _plain(part, limits, found)
    if is_html and not _TAG.search(text):  # plain words under the name of HTML: their lines are all they have
        is_html, text = False, entities.unescape(text)
    elif not is_html and _HTML.match(text) and text.count("<") < MOST_TAGS:
        is_html, text, stretch.is_guessed = True, _without_data_images(text, found), stretch.html is None
    elif is_html and stretch.is_guessed:
        stretch.html, stretch.is_guessed = None, False
    if len(text) > limits.text_bytes or part.end - part.start > limits.decoded_bytes // 4:
        text, found.is_truncated = text[: limits.text_bytes], True
    if is_html:
        stretch.html = text if stretch.html is None else f"{stretch.html}<br>{text}"
    else:
        stretch.plain = text if stretch.plain is None else f"{stretch.plain}\n\n{text}"


def _encoded(part: Part, limits: Limits) -> bytes:
    return honest_words(part.raw[part.start : min(part.end, part.start + limits.decoded_bytes // 4)], part.encoding)


def _plain(part: Part, limits: Limits, found: Gathered) -> str:
    data, files = without_uuencoded(_encoded(part, limits))
    charset = part.params.get("charset", "")
    if files and part.encoding in UU and not data.strip() and not _is_binary(files[0][1]):
        data, files = files[0][1], files[1:]
    for name, content in files:
        kept = safe_name(decode(name, charset)) or "file.bin"
        kind = mimetypes.guess_type(kept)[0] or "application/octet-stream"
        _keep(found, name=kept, content_type=kind, content=content, content_id="")
    text = decode(data, charset)
    if part.params.get("format", "").lower() == "flowed":
        return unflowed(text, delete_space=part.params.get("delsp", "").lower() == "yes")
    return text


def _html(part: Part, limits: Limits, found: Gathered) -> str:
    encoded = _encoded(part, limits)
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
    if opened is None or not (opened.text or opened.html or opened.files):
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
    name = file_name(part, content, found.charset)
    _keep(found, name=name, content_type=part.content_type, content=content, content_id=content_id)


def _keep(found: Gathered, *, name: str, content_type: str, content: bytes, content_id: str) -> None:
    if len(content) > found.room:
        found.is_truncated = True
        return
    found.room -= len(content)
    found.files.append(IncomingFile(name=name, content_type=content_type, content=content, content_id=content_id))


def _is_binary(content: bytes) -> bool:
    return b"\0" in content[:_GLANCE]
