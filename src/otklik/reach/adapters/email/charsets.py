"""Bytes to text, whatever their author says they are: declared charset, then utf-8, then cp1251, then latin-1."""

import codecs
import re
from functools import lru_cache

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
_STATEFUL = re.compile(r"utf_?(7|16|32)|iso2022|hz")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_HIGH_LATIN = re.compile("[\u00c0-\u00ff]")
_LETTER = re.compile(r"[^\W\d_]")


def decode(data: bytes, declared: str = "") -> str:
    """The text of ``data``; never raises, never loses more than the undecodable bytes themselves."""
    codec = _codec(declared[:40].strip().strip("'\"").lower())
    if data.isascii() and not _STATEFUL.match(codec):
        return clean(data.decode("ascii"))
    if codec == "cp1252":
        return clean(_western(data))
    for candidate in (codec, "utf-8"):
        if candidate and (text := _attempt(data, candidate)) is not None:
            return clean(text)
    if (text := _damaged_utf8(data)) is not None:
        return clean(text)
    return clean(_attempt(data, "cp1251") or data.decode("latin-1"))


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


def _western(data: bytes) -> str:
    """Western charsets decode anything, so programs that know nothing claim them: believe only what looks Western."""
    if (text := _attempt(data, "utf-8")) is not None:
        return text
    western = _attempt(data, "cp1252") or data.decode("latin-1")
    letters = len(_LETTER.findall(western[:20_000]))
    if letters and len(_HIGH_LATIN.findall(western[:20_000])) > letters * 0.5:
        return _attempt(data, "cp1251") or western
    return western


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
