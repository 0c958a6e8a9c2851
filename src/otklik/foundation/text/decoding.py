"""The text of files that people bring: also as older programs keep it."""

import codecs
import re


class NotText(Exception):
    """These bytes are no text that we can read; ``line``: where that shows first, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_OLD = ("cp1251", "koi8-r", "cp866")
_RUSSIAN_LETTER = re.compile("[а-яё]", re.IGNORECASE)
_COMMON_LETTER = re.compile("[оеаинтср]")  # each second or third letter of any Russian text
_FEWEST, _ENOUGH, _COMMON = 4, 0.8, 0.35
_PUNCTUATION = frozenset(b"\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa7\xa9\xab\xae\xb0\xb9\xbb")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_of(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else Russian as older programs keep it (Windows-1251, KOI8-R, CP866).

    Raises ``NotText``.
    """
    try:
        return content.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError as error:
        text = _older(content)
        if text is not None:
            return text
        raise NotText(content[: error.start].count(b"\n") + 1) from error


def _older(content: bytes) -> str | None:
    if content.startswith(_UTF_16) and len(content) > len(codecs.BOM_UTF16_LE):
        try:
            return content.decode("utf-16").replace("\0", "")
        except UnicodeDecodeError:
            return None
    if _CONTROLS.search(content):
        return None
    high = [byte for byte in content if byte > 127]  # noqa: PLR2004  # beyond ASCII
    if set(high) <= _PUNCTUATION:
        return content.decode("cp1251")
    texts = [content.decode(name, errors="replace") for name in _OLD]
    best = max(texts, key=lambda text: len(_COMMON_LETTER.findall(text)))
    letters = len(_RUSSIAN_LETTER.findall(best))
    is_russian = letters >= max(_FEWEST, _ENOUGH * len(high))
    return best if is_russian and len(_COMMON_LETTER.findall(best.lower())) >= _COMMON * letters else None
