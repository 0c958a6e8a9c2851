"""Texts that look like letters: Zipf-distributed words, half Russian and half English, with marked words to search."""

import itertools
import random
from dataclasses import dataclass

from pymorphy3 import MorphAnalyzer

from otklik.foundation.text.language import lemmas

RARE = {"ru": "амариллиса", "en": "amaryllis"}
RARE_ASKED = "амариллис"
RARE_LETTERS = 20
COMMON = {"ru": "доставку", "en": "delivery"}
COMMON_ASKED = "доставка"
COMMON_EVERY = 10
"""Every tenth message of a language holds the common word: with half the text Russian, one message of twenty."""

_ENGLISH = """the order book course lesson payment invoice receipt certificate teacher group schedule password account
letter answer question please could would send received still waiting today tomorrow yesterday week month number phone
address office shop manager refund exchange return price discount student exam result copy paper printed digital access
link page video sound screen error browser mobile application update install open close problem help thank kind regards
company contract document bank card transfer amount tax month year name family child parent school morning evening"""
_PREFIXES = [first + second for first in "абвгдезиклмнопрстуфхчшэ" for second in "аеиоу"]
_WORDS_OF_A_PREFIX = 120
_SHORTEST = 3


@dataclass(frozen=True, kw_only=True)
class Text:
    """Words and what PostgreSQL would make of them: ``'lemma':1,7 …``."""

    words: str
    vector: str


class Writer:
    """Writes letters from a fixed seed, so that two runs load the same database."""

    def __init__(self, seed: int = 7) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - texts, not secrets
        dictionary = MorphAnalyzer(lang="ru").dictionary
        russian = [
            word
            for prefix in _PREFIXES
            for word, *_rest in itertools.islice(dictionary.iter_known_words(prefix=prefix), _WORDS_OF_A_PREFIX)
            if len(word) >= _SHORTEST and word not in {*RARE.values(), *COMMON.values()}
        ]
        self.chance.shuffle(russian)
        english = _ENGLISH.split() + [f"item{number}" for number in range(3000)]
        self.vocabulary = {"ru": self._zipf(russian), "en": self._zipf(english)}

    @staticmethod
    def _zipf(words: list[str]) -> tuple[list[str], list[float]]:
        return words, list(itertools.accumulate(1 / rank for rank in range(5, len(words) + 5)))

    def text(self, language: str, *, length: int, extra: str = "") -> Text:
        words, weights = self.vocabulary[language]
        chosen = self.chance.choices(words, cum_weights=weights, k=length)
        chosen.append(str(self.chance.randrange(10**7)))
        if extra:
            chosen.insert(self.chance.randrange(len(chosen)), extra)
        return Text(words=" ".join(chosen), vector=vector_text(chosen))


def vector_text(words: list[str]) -> str:
    """The text form of a tsvector, the same that ``to_tsvector('simple', searchable(text))`` gives."""
    positions: dict[str, list[int]] = {}
    place = 0
    for word in words:
        for lemma in lemmas(word):
            place += 1
            positions.setdefault(lemma, []).append(place)
    return " ".join(f"'{lemma}':{','.join(map(str, places))}" for lemma, places in positions.items())
