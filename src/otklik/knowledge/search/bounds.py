"""How near is near enough: each house is asked what it cannot know, and whatever comes no nearer answers nothing.

Long pages are less like a question than short ones, two hundred articles come nearer by chance than twenty, and every
embedder measures in its own way: no number fits all of them, but the questions of strangers fall short everywhere.
A question that is like a stranger's («How do I cancel my booking?») has to come nearer than one that is like none, and
so has any question to an article that strangers come near to («How do I write to you?»).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np

from otklik.foundation.text.language import language_of
from otklik.knowledge.derivation import made_by
from otklik.knowledge.search.asking import House, understand
from otklik.knowledge.search.documents import Circle, Manner
from otklik.knowledge.search.embedding import Rows, meaning_of
from otklik.knowledge.search.index import Index
from otklik.knowledge.search.ranking import Mask, features, nearness, nearness_by_words
from otklik.knowledge.search.strange import LANGUAGES, questions
from otklik.knowledge.search.vocabulary import Weights

_OWN_TRADE = 0.1
"""So many of the questions may be this house's own trade after all: the nearest ones do not count."""
_SPREADS = 2.75
_OTHER_LANGUAGE = 1.0
"""More spreads for questions in a language that no article is written in: words do not count there, only meaning."""
_MORE: Mapping[tuple[str, Manner], float] = {("ru", Manner.EXAMPLES): 0.3}
"""Where strangers' questions were seen to come nearer than their mean and spread tell."""
_LEAST, _LEAST_BY_WORDS = 0.6, 0.3
_MEANING_ADDS = 0.6
_STRANGENESS_COUNTS, _CROWD_COUNTS = 1.4, 0.6
_MOST_LIKE = 5
_THE_SAME = 0.999
_MANY, _FEW = 1_000, 3


@dataclass(frozen=True, kw_only=True)
class Bound:
    """From which nearness on an article answers: as a whole, and ``by_words`` while nobody knows the meaning.

    ``whole`` is what has to be left of the nearness without what the question has in common with ``strangers``: the
    meanings of questions that are certainly not this house's trade. The spreads say by how much strangers differ;
    ``crowd``, for each row of the index, by how much nearer they come to it than to others.
    """

    whole: float
    by_words: float
    crowd: Weights
    whole_spread: float = 0.0
    by_words_spread: float = 0.0
    strangers: Rows | None = None


type Bounds = Mapping[tuple[str, str | None], Bound]
"""By the language of a question, as ``language_of`` tells it, and that of the articles; None: of whatever language."""


def enough_for(
    meant: str, language: str | None, bounds: Bounds, *, meaning: Weights | None, chances: int = 1
) -> Weights:
    """For each row the nearness from which on it answers a question with this ``meaning``; None: nobody knows it.

    ``language`` of the articles; one that is newer than the bounds gets the common one.
    ``chances``: of how many sentences the nearest counts. Each is as likely to come near by chance as a question alone,
    so for all of them together more is asked.
    """
    asked = language_of(meant)
    bound = bounds.get((asked, language)) or bounds[asked, None]
    more = _more_for(chances)
    if meaning is None:
        return np.full_like(bound.crowd, bound.by_words + more * bound.by_words_spread)
    common = 0.0 if bound.strangers is None else float(_strangeness(bound.strangers @ meaning))
    enough = bound.whole + more * bound.whole_spread + common
    return np.asarray(np.maximum(bound.crowd + enough, _LEAST), dtype=np.float32)


def carried(bounds: Bounds, *, before: Sequence[int], now: Sequence[int]) -> Bounds:
    """The same bounds for other rows: articles by their ids, ``before`` and ``now``; nobody crowds around new ones."""
    places = {one: place for place, one in enumerate(before)}
    rows = np.array([places.get(one, -1) for one in now], dtype=np.int64)
    return {key: replace(bound, crowd=np.append(bound.crowd, np.float32(0))[rows]) for key, bound in bounds.items()}


def _strangeness(cosines: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """By how much a question (the last axis: its cosines with those of strangers) is one that anybody may be asked."""
    if cosines.shape[-1] <= _MOST_LIKE:
        return np.zeros(cosines.shape[:-1], dtype=np.float32)
    most = np.partition(cosines, -_MOST_LIKE, axis=-1)[..., -_MOST_LIKE:]
    return np.asarray(_STRANGENESS_COUNTS * most.mean(axis=-1))


@cache
def _more_for(chances: int) -> float:
    """Spreads to be added so that the nearest of so many passes no more often than one alone."""
    normal = NormalDist()
    return normal.inv_cdf(normal.cdf(_SPREADS) ** (1 / chances)) - _SPREADS


def measured(index: Index, house: House) -> Bounds:
    """Asks some 200 questions in each language that articles are in, of others and of a large house every third."""
    spoken = np.array([document.language for document in index.documents])
    masks: dict[str | None, Mask] = {None: np.ones(len(index), dtype=np.bool_)}
    masks |= {str(language): spoken == language for language in np.unique(spoken)}
    return {
        (asked, language): bound
        for asked in LANGUAGES
        for language, bound in _measured(
            questions(asked)[:: _FEW if len(index) > _MANY or asked not in masks else 1],
            index,
            house,
            masks,
            spreads={
                language: _SPREADS
                + _MORE.get((asked, index.manner), 0.0)
                + (0.0 if (spoken[seen] == asked).any() else _OTHER_LANGUAGE)
                for language, seen in masks.items()
            },
        ).items()
    }


def _measured(
    strange: tuple[str, ...],
    index: Index,
    house: House,
    masks: Mapping[str | None, Mask],
    *,
    spreads: Mapping[str | None, float],
) -> dict[str | None, Bound]:
    meanings = _meanings(made_by(), strange)
    by_words = np.empty((len(strange), len(index)), dtype=np.float32)
    whole = {language: np.empty_like(by_words) for language in masks}
    for row, question in enumerate(strange):
        meaning = None if meanings is None else meanings[row]
        asked = understand(question, index=index, house=house, circle=Circle.STAFF, is_well_typed=True)
        near = features(index, asked, meaning)
        by_words[row] = nearness_by_words(index, near)
        for language, seen in masks.items():
            whole[language][row] = nearness(index, near, meaning, seen=seen)
    return {
        language: _bound(whole[language], by_words, seen, meanings, spreads[language])
        for language, seen in masks.items()
    }


def _bound(rows: Rows, words: Rows, seen: Mask, meanings: Rows | None, spreads: float) -> Bound:
    """``rows`` of articles, one line for each stranger: how near as a whole, and by ``words`` alone."""
    mean, spread = _counted(words.max(axis=1, initial=0, where=seen))
    least = max(mean + _SPREADS * spread, _LEAST_BY_WORDS)
    if meanings is None:
        crowd = np.zeros(len(seen), dtype=np.float32)
        return Bound(whole=least + _MEANING_ADDS, by_words=least, crowd=crowd, by_words_spread=spread)
    whole = rows.max(axis=1, initial=0)
    is_strange = whole <= np.quantile(whole, 1 - _OWN_TRADE)
    crowd = _crowd(rows[is_strange], seen)
    cosines = meanings @ (strangers := meanings[is_strange]).T
    cosines[cosines > _THE_SAME] = -1  # nobody is compared with itself
    left, whole_spread = _counted((rows - crowd).max(axis=1, initial=0) - _strangeness(cosines))
    return Bound(
        whole=left + spreads * whole_spread,
        by_words=least,
        crowd=crowd,
        whole_spread=whole_spread,
        by_words_spread=spread,
        strangers=strangers,
    )


def _crowd(rows: Rows, seen: Mask) -> Weights:
    if not seen.any():
        return np.zeros(len(seen), dtype=np.float32)
    mean = rows.mean(axis=0)
    return np.where(seen, _CROWD_COUNTS * (mean - mean[seen].mean()), 0).astype(np.float32)


def _counted(nearest: Weights) -> tuple[float, float]:
    """Mean and spread of what strangers' questions reach, without those that may be this house's own trade."""
    counted = np.sort(nearest)[: round(len(nearest) * (1 - _OWN_TRADE))]
    return float(counted.mean()), float(counted.std())


def _meanings(derivation: str, strange: tuple[str, ...]) -> Rows | None:
    known = _kept(derivation, strange)
    if known is None:
        _kept.cache_clear()  # whoever is away may come back
    return known


@cache
def _kept(_derivation: str, strange: tuple[str, ...]) -> Rows | None:
    return meaning_of([question.lower() for question in strange])
