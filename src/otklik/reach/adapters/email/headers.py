"""Header fields as programs really write them: RFC 5322, 2047 and 2231, and all that only resembles them."""

import binascii
import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote_to_bytes

from otklik.reach.adapters.email.charsets import clean, decode, repair
from otklik.reach.adapters.incoming import Address

LONGEST_ID = 250
MOST_REFERENCES = 100
MOST_ADDRESSES = 200
LONGEST_EMAIL = 254

_FOLD = re.compile(rb"\r?\n")
_WORD = re.compile(
    rb"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\r\n]{0,4000}(?:\?(?!=)[^?\r\n]{0,200}){0,9})\?="
)
_CUT_WORD = re.compile(rb"=\?[\w.:+-]{1,40}\?[bB]\?[A-Za-z0-9+/]{2,4000}={0,2}\??\s*\Z")
_GAP = re.compile(rb"[ \t]*")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_ADDRESS_TOKEN = re.compile(
    rb'"((?:[^"\\]|\\.){0,300})"|\(((?:[^()\\]|\\.){0,300})\)|(=\?[^?\s]{1,60}\?[bBqQ]\?[^?\r\n]{0,300}\?=)'
    rb"|<([^<>]{0,1000})>|([,;])|([^\",;()<>=]+|.)",
    re.DOTALL,
)
_ESCAPED = re.compile(rb'\\(["\\])')
_EMAIL = re.compile(r"[^\s<>\"(),:;\[\]\\@]{1,128}@[^\s<>\"(),:;\\@]{1,190}")
_BRACKETED_ID = re.compile(r"<([^<>]{1,2000})>")
_SPACE = re.compile(r"\s+")
_PARAMETER = re.compile(rb';\s*([\w%.-]{1,60}(?:\*\d{1,3})?\*?)\s*=\s*("(?:[^"\\]|\\.)*(?:"|\\?\Z)|[^;]*)', re.DOTALL)
_DATE = re.compile(
    r"(\d{1,2})[ -]+([^\W\d_]{3,12})\.?[ -]+(\d{4}|\d{2})[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4}|[A-Z]{1,5})?"
)
_MONTHS_IN_ENGLISH = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS_IN_RUSSIAN = "янв фев мар апр мая июн июл авг сен окт ноя дек"
_MONTHS = {
    name: number for names in (_MONTHS_IN_ENGLISH, _MONTHS_IN_RUSSIAN) for number, name in enumerate(names.split(), 1)
} | {"май": 5}
_CENTURY_TURNS = 70
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "MSK": 3, "CET": 1}


def unfold(value: bytes) -> bytes:
    """One header value on one line, without the spaces around it."""
    return (_FOLD.sub(b"", value) if b"\n" in value else value).strip()


def words(value: bytes, charset: str = "") -> str:
    """A header value as text: encoded words decoded (also glued and broken ones), ``charset`` for naked 8-bit bytes."""
    if (cut := _CUT_WORD.search(value)) is not None:  # the end of the last word is lost
        value = value[: cut.end()].rstrip(b"?= ") + b"?="
    if b"=?" not in value:
        return repair(decode(value, charset)).replace("\n", " ").strip()
    pieces: list[tuple[str, list[tuple[bytes, bytes]]]] = []
    at = 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        if between and not (pieces and pieces[-1][0] != "raw" and not between.strip()):
            pieces.append(("raw", [(b"", between)]))
        named, how, body = match.group(1, 2, 3)
        name = named.decode("ascii", "replace").lower()
        if pieces and pieces[-1][0] == name:  # a letter may be cut in two between words
            pieces[-1][1].append((how.lower(), body))
        else:
            pieces.append((name, [(how.lower(), body)]))
        at = match.end()
    pieces.append(("raw", [(b"", value[at:])]))
    text = "".join(decode(_stream(words), charset if name == "raw" else name) for name, words in pieces)
    return repair(text).replace("\n", " ").strip()


def addresses(values: list[bytes], charset: str = "") -> tuple[Address, ...]:
    """Every mailbox of these address headers, once each, in order; groups are opened, nonsense is left out."""
    found: dict[str, Address] = {}
    for value in values:
        for address in _mailboxes(value, charset):
            known = found.get(address.email)
            if known is None or (address.name and not known.name):
                found[address.email] = address
            if len(found) >= MOST_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


def message_ids(values: list[bytes]) -> tuple[str, ...]:
    """The Message-IDs of these headers in order, each once and normal (see ``normal_id``); the newest hundred."""
    found: dict[str, None] = {}
    for value in values:
        text = clean(value.decode("utf-8", "replace"))
        candidates = _BRACKETED_ID.findall(text) or [word for word in text.split() if "@" in word]
        found.update(dict.fromkeys(filter(None, map(normal_id, candidates))))
    return tuple(found)[-MOST_REFERENCES:]


def normal_id(written: str) -> str:
    """A Message-ID without brackets and spaces; one too long for an index is replaced by its hash. '' when empty."""
    plain = _SPACE.sub("", written.strip().strip("<>"))
    if len(plain) > LONGEST_ID:
        return "sha256:" + hashlib.sha256(plain.encode()).hexdigest()
    return plain


def date(value: bytes) -> datetime | None:
    """The time a Date header means, aware; None when it cannot be read."""
    match = _DATE.search(value.decode("utf-8", "replace")[:200])
    if match is None:
        return None
    day, month, year, hour, minute, second, zone = match.groups()
    number = _MONTHS.get(month.lower()[:3])
    if number is None:
        return None
    full_year = int(year) if len(year) > len("26") else 1900 + int(year) + 100 * (int(year) < _CENTURY_TURNS)
    try:
        written = datetime(full_year, number, int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=UTC)
        return written.replace(tzinfo=_zone(zone or "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parameters(value: bytes, charset: str = "") -> tuple[str, dict[str, str]]:
    """``text/plain; charset=…`` → the value and its parameters, RFC 2231 pieces joined and everything decoded.

    ``charset``: of the letter, for names of files written in naked bytes.
    """
    head, _, rest = value.partition(b";")
    if not rest:
        return _first_word(head), {}
    plain: dict[str, bytes] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for match in _PARAMETER.finditer(b";" + rest[:20_000]):
        name, written = match.group(1).decode("latin-1").lower(), _unquoted(match.group(2))
        base, star, number = name.rstrip("*").partition("*")
        if star or name.endswith("*"):
            pieces.setdefault(base, {}).setdefault(int(number or 0), (written, name.endswith("*")))
        else:
            plain.setdefault(base, written)
    found = {name: _loosely_decoded(written, charset) for name, written in plain.items()}
    found.update((name, text) for name, parts in pieces.items() if (text := _joined(parts)))
    return _first_word(head), found


def _first_word(head: bytes) -> str:
    text = head.decode("latin-1").strip().strip("\"'")
    return text.split()[0] if text.split() else ""


def _stream(pieces: list[tuple[bytes, bytes]]) -> bytes:
    """The bytes of neighbouring words; a base64 stream may be cut between any two of its letters."""
    if len(pieces) > 1 and all(how == b"b" for how, _ in pieces):
        bare = [body.rstrip(b"= \t") for _, body in pieces]
        if any(len(body) % 4 for body in bare[:-1]) and not any(b"=" in body for _, body in pieces[:-1]):
            apart, joined = b"".join(_word_bytes(body, b"b") for body in bare), _word_bytes(b"".join(bare), b"b")
            return min(joined, apart, key=lambda data: data.decode("utf-8", "replace").count("\ufffd"))
    return b"".join(_word_bytes(body, how) for how, body in pieces)


def _word_bytes(body: bytes, how: bytes) -> bytes:
    if not how:
        return body
    if how == b"q":
        return _Q_ESCAPE.sub(lambda m: bytes.fromhex(m[1].decode("ascii")), body.replace(b"_", b" "))
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _mailboxes(value: bytes, charset: str) -> list[Address]:
    found: list[Address] = []
    name: list[bytes] = []
    comment, angle = b"", None
    for match in _ADDRESS_TOKEN.finditer(value + b","):
        quoted, remark, word, inside, divider, other = match.groups()
        if divider:
            address = _mailbox(b"".join(name), comment, angle, charset)
            if address:
                found.append(address)
            name, comment, angle = [], b"", None
        elif inside is not None:
            angle = inside if angle is None or b"@" not in angle else angle
        elif remark is not None:
            comment = remark
        elif quoted is not None:
            name.append(_ESCAPED.sub(rb"\1", quoted))
        else:
            name.append(word or other or b"")
    return found


def _mailbox(name: bytes, comment: bytes, angle: bytes | None, charset: str) -> Address | None:
    if angle is None and b":" in name:  # the beginning of a group: "team: anna@…, olga@…;"
        name = name.rpartition(b":")[2]
    if angle is not None and (email := _email(decode(angle))):
        return Address(email=email, name=_shown_name(words(name, charset) or words(comment, charset)))
    if email := _email(words(name, charset)):
        return Address(email=email, name=_shown_name(words(comment, charset)))
    return None


def _email(text: str) -> str:
    match = _EMAIL.search(text.replace("mailto:", " "))
    if match is None:
        return ""
    email = match.group().strip(".'").lower()
    return email if len(email) <= LONGEST_EMAIL and "@" in email.strip("@") else ""


def _shown_name(name: str) -> str:
    return _SPACE.sub(" ", name).strip(" \"'")[:200]


def _zone(zone: str) -> timezone:
    if zone[:1] in {"+", "-"}:
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
        return timezone(-offset if zone[0] == "-" else offset)
    return timezone(timedelta(hours=_ZONES.get(zone, 0)))


def _unquoted(written: bytes) -> bytes:
    written = written.strip()
    if written[:1] == b'"':
        return _ESCAPED.sub(rb"\1", written.strip(b'"'))  # a Windows path keeps its backslashes
    return written


def _loosely_decoded(written: bytes, charset: str) -> str:
    """A plain parameter: RFC 2047 words are forbidden here and written all the same, and so is %XX without a star."""
    if written.count(b"%") > 1:
        opened = unquote_to_bytes(written)
        if not opened.isascii():
            return decode(opened, charset)
    return words(written, charset)


def _joined(parts: dict[int, tuple[bytes, bool]]) -> str:
    """RFC 2231 section 3 and 4: numbered pieces, the first of which may say charset'language'."""
    charset, joined = "", b""
    for place, number in enumerate(sorted(parts)):
        written, is_extended = parts[number]
        if is_extended:
            if place == 0 and written.count(b"'") > 1:
                named, _, written = written.split(b"'", 2)
                charset = named.decode("latin-1")
            written = unquote_to_bytes(written)
        joined += written
    return repair(decode(joined, charset)) if charset else words(joined)
