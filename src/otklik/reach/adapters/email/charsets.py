"""Bytes to text, whatever their author says they are: utf-8 that proves itself, the declared charset, the likeliest."""

import codecs
import re
from functools import lru_cache

from otklik.reach.adapters.email.cyrillic import CYRILLIC, best_cyrillic, is_western

_ALIASES = {
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "windows1251": "cp1251",
    "cp-1251": "cp1251",
    "x-cp1251": "cp1251",
    "koi8": "koi8-r",
    "koi-8": "koi8-r",
    "koi8r": "koi8-r",
    "x-koi8-r": "koi8-r",
    "cp-866": "cp866",
    "x-mac-cyrillic": "mac_cyrillic",
    "utf8mb4": "utf-8",
    "utf-8-bom": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "gb2312": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "",
    "ascii": "",
    "7bit": "",
    "8bit": "",
}
# Python's own transformations, which are no charsets of letters and may be slow or surprising.
_REFUSED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "charmap"}
_SHIFTED = re.compile(r"utf_?7|iso2022|hz")  # letters of all the world in ASCII bytes
_WIDE = re.compile(r"utf_?(16|32)")
_THREE_BYTES = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}")
_EAST_ASIAN = frozenset(
    [
        "gb18030",
        "gbk",
        "gb2312",
        "big5",
        "big5hkscs",
        "cp932",
        "cp936",
        "cp949",
        "cp950",
        "euc_jp",
        "euc_kr",
        "johab",
        "shift_jis",
    ]
)
_WESTERN = frozenset(
    [
        "cp1252",
        "iso8859_2",
        "iso8859_9",
        "iso8859_15",
        "iso8859_16",
        "cp1250",
        "cp1254",
        "cp1257",
        "cp437",
        "cp850",
        "mac_roman",
    ]
)
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ud800-\udfff]")


def decode(data: bytes, declared: str = "") -> str:
    """The text of ``data``; never raises, never loses more than the undecodable bytes themselves.

    Strict UTF-8 proves itself against any label; the Cyrillic charsets are told apart by the words they would give.
    """
    codec = _codec(declared[:40].strip().strip("'\"").lower())
    if (wide := _wide(data, codec)) is not None:
        return clean(wide)
    if data.isascii() and not _SHIFTED.match(codec):
        return clean(data.decode("ascii"))
    text = None if data.isascii() else _attempt(data, "utf-8")
    if text is not None and (codec not in _EAST_ASIAN or _THREE_BYTES.search(data)):
        return clean(repair(text))
    if codec in {"", "utf-8", *CYRILLIC, *_WESTERN}:
        return clean(_by_words(data, codec))
    for candidate in (codec, "utf-8"):
        if (text := _attempt(data, candidate)) is not None:
            return clean(text)
    return clean(_by_words(data, ""))


def likely_charset(data: bytes) -> str:
    """The Cyrillic charset that unlabelled ``data`` are written in; '' when they are ASCII, UTF-8 or Western."""
    if data.isascii() or _attempt(data, "utf-8") is not None or is_western(data):
        return ""
    return best_cyrillic(data)


def _by_words(data: bytes, codec: str) -> str:
    """Single bytes: damaged UTF-8, Western with its lone accents, or the Cyrillic charset whose words are words."""
    if codec in {"", "utf-8"} and (text := _damaged_utf8(data)) is not None:
        return text
    if is_western(data):
        return _attempt(data, codec if codec in _WESTERN else "cp1252") or data.decode("latin-1")
    return _attempt(data, best_cyrillic(data, codec)) or data.decode("latin-1")


def _wide(data: bytes, codec: str) -> str | None:
    """UTF-16 and UTF-32, which put a byte below 5 before or behind every Latin and Cyrillic letter."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not marked and b"\0" in data and not _WIDE.match(codec):
        return _unmarked(data)
    if not (marked or _WIDE.match(codec)) or sum(map(data.count, b"\0\1\2\3\4")) * 4 < len(data):
        return None
    return _attempt(data, codec if _WIDE.match(codec) else "utf-16")


def _unmarked(data: bytes) -> str | None:
    """UTF-16 that says so nowhere: every second byte is that of Latin signs or of Cyrillic letters."""
    for codec, second in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if len(data) % 2 == 0 and second.count(b"\0") + second.count(b"\4") >= len(second) * 0.9:
            return _attempt(data, codec)
    return None


def clean(text: str) -> str:
    """``text`` with Unix line ends and without what no database or page can hold (NUL, controls, lone surrogates)."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x0c" in text:
        text = text.replace("\x0c", "\n")
    return _UNSTORABLE.sub("", text)


def repair(text: str) -> str:
    """Undo the commonest damage: UTF-8 that some program took for Western text («Ð”Ð¾Ð³Ð¾Ð²Ð¾Ñ€» → «Договор»)."""
    if "Ð" not in text and "Ñ" not in text:
        return text
    for wrong in ("latin-1", "cp1252"):
        try:
            repaired = text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
        return clean(repaired)
    return text


def _attempt(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _damaged_utf8(data: bytes) -> str | None:
    """UTF-8 with a few bytes missing, as programs cut it; in any other charset nearly every letter would be damaged."""
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    return text if damaged * 4 <= sum(not character.isascii() for character in text[:10_000]) - damaged else None


@lru_cache(maxsize=256)
def _codec(name: str) -> str:
    """Python's name of the charset ``name``; '' when there is no such charset or it says nothing."""
    name = _ALIASES.get(name, name)
    if not name or not name.isascii() or not name.isprintable():
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    codec = found.name.replace("-", "_")
    if codec in _REFUSED or not getattr(found, "_is_text_encoding", True):
        return ""
    if codec in {"ascii", "utf_8", "utf_8_sig"}:
        return "" if codec == "ascii" else "utf-8"
    return "cp1252" if codec in {"iso8859_1", "latin_1"} else codec
