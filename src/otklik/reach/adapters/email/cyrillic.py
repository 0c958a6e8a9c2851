"""Which of the old Cyrillic charsets bytes are written in, told by the words that each of them would give."""

import re
from typing import Final

CYRILLIC: Final = ("cp1251", "koi8_u", "cp866", "iso8859_5", "mac_cyrillic", "koi8_r")
"""The likeliest first: it wins when the words do not tell."""

_SAMPLE: Final = 3_000
_MARGIN: Final = 1
_CASE_BROKEN: Final = 2
_HIGH = re.compile(rb"[\x80-\xff]+")
_HIGH_IN_LATIN = re.compile(
    rb"(?<=[A-Za-z])[\x80-\xff]{1,2}(?![\x80-\xff])|(?<![\x80-\xff])[\x80-\xff]{1,2}(?=[A-Za-z])"
)
_WORD = re.compile("[А-яЁёІіЇїЄєҐґЎў]+")
_NO_LETTER = re.compile("[^\\x00-\\x7f\xa0А-яЁёІіЇїЄєҐґЎў«»„“”’‘–—…№°§©®•·±€]")
_GLUED = re.compile("(?<![^\\s])[’‘„“”–—…•·№\xa0](?=[а-яё])|[€§©®±•](?=[А-яЁёіўґї])|(?<=[А-яЁёіўґї])[€§©®±•]")
_AS_RUSSIAN = str.maketrans("іїєґў", "ииегу")
_FOLLOWERS: Final = {
    " ": "абвгдежзиклмнопрстуфхцчшщэюя",
    "а": " бвгдежзйклмнпрстхчшщюя",
    "б": "аеилноруыя",
    "в": " аеиклнорстуыья",
    "г": " адеилору",
    "д": " авеилнорстуыьяё",
    "е": " бвгдежзйклмнпрстхцчшщю",
    "ж": "адеин",
    "з": " авдеимнорыья",
    "и": " бвгдезийклмнпрстхцчшщюя",
    "й": " днст",
    "к": " авеилнорсту",
    "л": " аеиклностуыьюяё",
    "м": " аеилмноуыя",
    "н": " адеикностуыьюяё",
    "о": " бвгдежзийклмнпрстхцчшщюя",
    "п": "аеилоруья",
    "р": " авгдежикмностуыьюя",
    "с": " авдеиклмнопрстуыьяё",
    "т": " авеиклнопрстуыья",
    "у": " бвгджзклмпрстчшщю",
    "ф": "аеиор",
    "х": " аоир",
    "ц": " аеиы",
    "ч": " аеикнотуьё",
    "ш": "аеилнтёь",
    "щ": "аеиу",
    "ъ": "ея",
    "ы": " бвейлмстхш",
    "ь": " екмнсштюя",
    "э": "лкт",
    "ю": " бдтщч",
    "я": " вдезлмнстюхщ",
    "ё": " ймнртшл",
}
"""After each letter (a space: at the beginning of a word) those that make nineteen of twenty pairs of Russian text."""


def best_cyrillic(data: bytes, declared: str = "") -> str:
    """The one of ``CYRILLIC`` that gives the most word-like words; ``declared`` unless another is clearly better."""
    sample = data[_first_high(data) :][:_SAMPLE]
    scores = {codec: likeness(sample.decode(codec, "replace")) for codec in CYRILLIC}
    best = max(CYRILLIC, key=lambda codec: scores[codec])
    margin = _MARGIN / max(1, sum(map(len, _HIGH.findall(sample))))
    return declared if declared in scores and scores[declared] >= scores[best] - margin else best


def is_western(data: bytes) -> bool:
    """Lone accented letters among Latin ones; a Cyrillic text has its high bytes in words of their own."""
    sample = data[_first_high(data) :][:_SAMPLE]
    return len(_HIGH_IN_LATIN.findall(sample)) * 2 > len(_HIGH.findall(sample))


def likeness(text: str) -> float:
    """How Russian the Cyrillic words of ``text`` look: 1 is faultless, below 0 is another charset."""
    good = count = 0
    for word in _WORD.findall(text):
        lower = word.lower().translate(_AS_RUSSIAN)
        pairs = list(zip(f" {lower}", f"{lower} ", strict=True))
        count += len(pairs)
        good += sum(after in _FOLLOWERS[before] for before, after in pairs)
        if not (word[1:].islower() or word.isupper() or len(word) == 1):
            good -= _CASE_BROKEN
    strangers = len(_NO_LETTER.findall(text)) + _CASE_BROKEN * len(_GLUED.findall(text))
    return (good - strangers) / (count + strangers) if count + strangers else 0.0


def _first_high(data: bytes) -> int:
    found = _HIGH.search(data)
    return max(0, found.start() - 1) if found else 0
