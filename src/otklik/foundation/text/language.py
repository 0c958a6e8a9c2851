"""Words made findable: every plausible lemma of a Russian or English text.

The recipe is measured in ``docs/language.md``: ``to_tsvector('simple', searchable(text))`` finds an inflected word by
any of its forms (recall .988, precision .919 against hunspell paradigms on 200,000 messages).
"""

import re
import threading
from functools import cache, lru_cache

from pymorphy3 import MorphAnalyzer

VERSION = 1
"""Raise it when the derivation changes; it is stored with each row, and ``otklik reindex`` derives older rows anew."""

_WORD = re.compile(r"[a-zа-яё0-9]+(?:[-_.@][a-zа-яё0-9]+)*", re.IGNORECASE)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_PLAUSIBLE = 0.05
_LONGEST = 60
_MOST_WORDS = 20_000
_MOST_BYTES = 500_000
"""PostgreSQL refuses a search value of more than 2**20 bytes; short words with their places take the double."""


@cache
def _morph() -> MorphAnalyzer:
    return MorphAnalyzer(lang="ru")


class _Stemmers(threading.local):
    """A stemmer keeps the word it works at, so each thread has its own."""

    def __init__(self) -> None:
        import snowballstemmer  # it comes with the stemmers of thirty languages

        self.english = snowballstemmer.stemmer("english")
        self.russian = snowballstemmer.stemmer("russian")


@cache
def _stemmers() -> _Stemmers:
    return _Stemmers()


@lru_cache(maxsize=200_000)
def lemmas(word: str) -> tuple[str, ...]:
    """Every plausible dictionary form of one lower-case word, ё folded to е; unknown words by their stem."""
    word = word.replace("ё", "е")
    if not _CYRILLIC.search(word):
        return (_stemmers().english.stemWord(word),) if word.isalpha() else (word,)
    known = [parse for parse in _morph().parse(word) if parse.is_known and parse.score >= _PLAUSIBLE]
    if known:
        return tuple(dict.fromkeys(parse.normal_form.replace("ё", "е") for parse in known))
    return (_stemmers().russian.stemWord(word),)


def words_of(text: str) -> list[str]:
    """Words, numbers, addresses; long ones with inner marks also in parts ('ivan@mail.example' and 'ivan')."""
    found: list[str] = []
    for match in _WORD.finditer(text.lower()):
        token = match.group()[:_LONGEST]
        found.append(token)
        if not token.isalnum():
            found.extend(part for part in re.split(r"[-_.@]", token) if part)
        if len(found) >= _MOST_WORDS:
            break
    return found


def searchable(*texts: str) -> str:
    """What ``to_tsvector('simple', …)`` is given: the lemmas of all words, in order, as many as it can hold."""
    found = " ".join(_safe(lemma) for text in texts for word in words_of(text) for lemma in lemmas(word))
    return found if len(found) * 2 <= _MOST_BYTES else _cut(found)


def _cut(words: str) -> str:
    kept = words.encode()[:_MOST_BYTES].decode(errors="ignore")
    return kept.rpartition(" ")[0] if len(kept) < len(words) else kept


def query_lemmas(text: str) -> list[tuple[str, ...]]:
    """For each word asked, the lemmas of which any may stand in a text."""
    return [tuple(_safe(lemma) for lemma in lemmas(word)) for word in dict.fromkeys(_asked(text))]


def _asked(text: str) -> list[str]:
    return [match.group()[:_LONGEST] for match in _WORD.finditer(text.lower())][:12]


def _safe(lemma: str) -> str:
    """Marks that PostgreSQL's parser would cut a word at become '_', on both sides alike."""
    return re.sub(r"[-.@]", "_", lemma)


def language_of(text: str) -> str:
    """'ru' or 'en' by script: right in .997 of Russian and English messages; '' letters count as Russian."""
    sample = text[:4000]
    cyrillic = len(_CYRILLIC.findall(sample))
    latin = sum(1 for letter in sample if letter.isascii() and letter.isalpha())
    return "en" if latin > 2 * cyrillic else "ru"


# ── What may have been meant ──────────────────────────────────────────────────────────────
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_TO_LATIN = str.maketrans(_RUSSIAN, _LATIN)
_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_SHORTEST_CORRECTED = 4


def other_layout(text: str) -> str:
    """The same keys on the other keyboard layout: ``ghbdtn`` → ``привет``, ``ьфшд`` → ``mail``."""
    lower = text.lower()
    return lower.translate(_TO_LATIN if _CYRILLIC.search(lower) else _TO_RUSSIAN)


_SOUNDS = {
    "shch": "щ", "sch": ("щ", "сч"), "zh": "ж", "kh": "х", "ts": ("ц", "тс"), "ch": "ч", "sh": "ш", "yo": ("ё", "йо"),
    "jo": "ё", "yu": "ю", "ju": "ю", "iu": ("ю", "иу"), "ya": "я", "ja": "я", "ia": ("я", "иа"), "ye": "е", "je": "е",
    "ck": "к", "ph": "ф", "a": "а", "b": "б", "v": "в", "g": "г", "d": "д", "e": ("е", "э"), "z": "з", "i": ("и", "й"),
    "y": ("ы", "й", "и"), "j": ("й", "ж"), "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "r": "р",
    "s": "с", "t": "т", "u": "у", "f": "ф", "h": "х", "x": ("х", "кс"), "c": ("ц", "к", "с"), "w": ("в", "ш"),
    "q": "к", "'": "ь",
}  # fmt: skip
_LONGEST_SOUND = 4
_MOST_SPELLINGS = 48
_LONGEST_SPELLED = 24
_HARD = frozenset("бвгдзклмнпрстфшщчж")


@lru_cache(maxsize=5_000)
def in_russian_letters(word: str) -> tuple[str, ...]:
    """Dictionary words that somebody without a Russian keyboard may have meant: ``vernut`` → «вернут», ``dengi`` →
    «деньги» (the soft sign is often left out), the plainest spelling first; () when there are none."""
    if not word.isascii() or len(word) > _LONGEST_SPELLED:
        return ()
    known, spellings = _morph().word_is_known, _spellings(word)
    found = [one for one in spellings if known(one)]
    if not found:
        found = [soft for one in spellings for soft in _softened(one) if known(soft)]
    return tuple(dict.fromkeys(one.replace("ё", "е") for one in found))


def letter_by_letter(word: str) -> str:
    """The plainest reading of a word in Latin letters, be it a word or not; the word itself when there is none."""
    return next(iter(_spellings(word)), word)


def _spellings(word: str) -> list[str]:
    """Every way to read Latin letters as Russian ones, longer groups first."""
    done: list[list[str]] = [[] for _ in range(len(word) + 1)]
    done[0] = [""]
    for start in range(len(word)):
        if not done[start]:
            continue
        for size in range(min(_LONGEST_SOUND, len(word) - start), 0, -1):
            readings = _SOUNDS.get(word[start : start + size])
            if readings is not None:
                grown = [before + one for before in done[start] for one in readings]
                done[start + size] = (done[start + size] + grown)[:_MOST_SPELLINGS]
    return done[-1]


def _softened(word: str) -> list[str]:
    return [f"{word[: place + 1]}ь{word[place + 1 :]}" for place, letter in enumerate(word) if letter in _HARD]


def is_word(word: str) -> bool:
    """Whether the dictionary has this lower-case Russian word; false of every word in Latin letters."""
    return bool(_CYRILLIC.search(word)) and _morph().word_is_known(word)


@lru_cache(maxsize=2_000)
def similar_words(word: str) -> tuple[str, ...]:
    """Dictionary words one typing error away (a letter missing, too much, wrong, two swapped); () for short words."""
    word = word.replace("ё", "е")
    if len(word) < _SHORTEST_CORRECTED or not _CYRILLIC.search(word) or not word.isalpha():
        return ()
    known = _morph().word_is_known
    found = {near for near in _one_error_away(word) if near != word and known(near)}
    return tuple(sorted(found))


def _one_error_away(word: str) -> set[str]:
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    missing = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    wrong = {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    extra = {left + letter + right for left, right in cuts for letter in _LETTERS}
    return missing | swapped | wrong | extra


# ── Names of people ───────────────────────────────────────────────────────────────────────
_OF_PEOPLE = ("Name", "Surn", "Patr")
_LONGEST_SHORTHAND = 4  # «ИНН» is nobody's name


@lru_cache(maxsize=20_000)
def is_name(word: str) -> bool:
    """Whether a Russian word written with a capital is most likely a given name, a patronymic or a family name."""
    if not word[:1].isupper() or not _CYRILLIC.search(word) or (word.isupper() and len(word) <= _LONGEST_SHORTHAND):
        return False
    parses = _morph().parse(word)
    return bool(parses) and any(mark in parses[0].tag for mark in _OF_PEOPLE)


def forms_of(name: str) -> set[str]:
    """Every form of the words of a name, in lower case: «Козлов» also as «козлову»."""
    found: set[str] = set()
    for word in name.split():
        found.add(word.lower())
        if _CYRILLIC.search(word):
            found |= {form.word for parse in _morph().parse(word) for form in parse.lexeme}
    return {form for form in found if len(form) > 1}
