"""How near is near enough: each house is asked what it cannot know, and whatever comes no nearer answers nothing.

Long pages are less like a question than short ones, two hundred articles come nearer by chance than twenty, and every
embedder measures in its own way: no number fits all of them, but the questions of strangers fall short everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from otklik.foundation.language import language_of
from otklik.knowledge.derivation import made_by
from otklik.knowledge.search.asking import House, understand
from otklik.knowledge.search.documents import Circle
from otklik.knowledge.search.embedding import Rows, meaning_of
from otklik.knowledge.search.index import Index
from otklik.knowledge.search.ranking import Mask, features, nearness, nearness_by_words
from otklik.knowledge.search.strange import ENGLISH, RUSSIAN, questions

_OWN_TRADE = 0.05
"""So many of the questions may be this house's own trade after all: the nearest ones do not count."""
_SPREADS = 2.5
_LEAST, _LEAST_BY_WORDS = 0.6, 0.3
_MEANING_ADDS = 0.6
_STRANGE = {"ru": questions(RUSSIAN), "en": questions(ENGLISH)}


@dataclass(frozen=True, kw_only=True)
class Bound:
    """From which nearness on an article answers: as a whole, and ``by_words`` while nobody knows the meaning."""

    whole: float
    by_words: float


type Bounds = Mapping[tuple[str, str | None], Bound]
"""By the language of a question, as ``language_of`` tells it, and that of the articles; None: of whatever language."""


def enough_for(meant: str, language: str | None, bounds: Bounds, *, with_meaning: bool) -> float:
    """``language`` of the articles; one that is newer than the bounds gets the common one."""
    asked = language_of(meant)
    bound = bounds.get((asked, language)) or bounds[asked, None]
    return bound.whole if with_meaning else bound.by_words


def measured(index: Index, house: House) -> Bounds:
    """Asks some 140 questions: 0.2 s with 250 articles, 4 s with 10,000."""
    spoken = np.array([document.language for document in index.documents])
    masks: dict[str | None, Mask] = {None: np.ones(len(index), dtype=np.bool_)}
    masks |= {str(language): spoken == language for language in np.unique(spoken)}
    return {
        (asked, language): bound
        for asked, strange in _STRANGE.items()
        for language, bound in _measured(strange, index, house, masks).items()
    }


def _measured(
    strange: Sequence[str], index: Index, house: House, masks: Mapping[str | None, Mask]
) -> dict[str | None, Bound]:
    meanings = _meanings(made_by(), tuple(strange))
    nearest: dict[str | None, list[tuple[float, float]]] = {language: [] for language in masks}
    for row, question in enumerate(strange):
        meaning = None if meanings is None else meanings[row]
        near = features(index, understand(question, index=index, house=house, circle=Circle.STAFF), meaning)
        by_words = nearness_by_words(near)
        for language, seen in masks.items():
            whole = nearness(index, near, meaning, seen=seen)
            nearest[language].append((float(whole.max(initial=0)), float(by_words[seen].max(initial=0))))
    return {language: _bound(found, has_meaning=meanings is not None) for language, found in nearest.items()}


def _bound(nearest: Sequence[tuple[float, float]], *, has_meaning: bool) -> Bound:
    whole, by_words = zip(*nearest, strict=True)
    least = max(_above(by_words), _LEAST_BY_WORDS)
    return Bound(whole=max(_above(whole), _LEAST) if has_meaning else least + _MEANING_ADDS, by_words=least)


def _above(nearest: Sequence[float]) -> float:
    """Beyond what strangers' questions reach."""
    counted = np.sort(nearest)[: round(len(nearest) * (1 - _OWN_TRADE))]
    return float(counted.mean() + _SPREADS * counted.std())


def _meanings(derivation: str, strange: tuple[str, ...]) -> Rows | None:
    known = _kept(derivation, strange)
    if known is None:
        _kept.cache_clear()  # whoever is away may come back
    return known


@cache
def _kept(_derivation: str, strange: tuple[str, ...]) -> Rows | None:
    return meaning_of(strange)
