"""What was said already: suggestions like a text that is being typed.

The recipes of ``docs/language.md``: words by their dictionary forms, pieces of words against typing errors, meaning
where the house has an embedder; a plain sum of the three, each 0..1. Only what the reader may see is compared.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet

from otklik.foundation.in_use import is_in_use
from otklik.foundation.text.language import query_lemmas, searchable, similar_words, words_of
from otklik.suggestions.models import Suggestion

_SHORTEST, _LONGEST_WORD = 3, 300
_COMPARED, _WEIGHED, _MOST = 200, 12, 3
_MOST_WORDS, _NEAR_WORDS = 30, 3
_WORDS, _PIECES, _MEANING = 0.45, 0.2, 0.35
_ENOUGH = 0.3


@dataclass(frozen=True, kw_only=True)
class Near:
    """A suggestion like the text, and how near it comes, 0..1."""

    suggestion: Any
    score: float


def similar(text: str, rows: QuerySet[Suggestion], *, by: str = "title", most: int = _MOST) -> list[Near]:
    """The nearest of ``rows``, best first; none when nothing comes near enough, and none for hardly a word.

    ``by``: the field that is compared, what this reader is shown of it.
    """
    asked = _asked(words_of(text)[:_MOST_WORDS])
    found = _candidates(asked, rows)
    if not found:  # mistyped, perhaps: the words that are one letter away count, too
        asked = _asked([word for one in words_of(text)[:_MOST_WORDS] for word in similar_words(one)[:_NEAR_WORDS]])
        found = _candidates(asked, rows)
    texts = [str(getattr(row, by)) for row in found]
    forms = [frozenset(_forms(one)) for one in texts]
    rare = [log(1 + len(found) / (1 + sum(any(form in one for form in word) for one in forms))) + 0.1 for word in asked]
    near = [
        Near(suggestion=row, score=_WORDS * _share(asked, rare, one) + _PIECES * _alike(text, words))
        for row, one, words in zip(found, forms, texts, strict=True)
    ]
    return _with_meaning(text, sorted(near, key=lambda one: -one.score)[:_WEIGHED], by)[:most]


def _asked(words: list[str]) -> list[tuple[str, ...]]:
    """For each word that says something its dictionary forms, of which any may stand in a text."""
    forms = (tuple(query_lemmas(word)[0]) for word in dict.fromkeys(words) if query_lemmas(word))
    return [one for one in forms if any(len(form) >= _SHORTEST for form in one)]


def _candidates(asked: list[tuple[str, ...]], rows: QuerySet[Suggestion]) -> list[Suggestion]:
    """Rows with one of the words, the newest first."""
    words = [SearchQuery(form, config="simple") for forms in asked for form in forms]
    if not words:
        return []
    query = words[0]
    for one in words[1:]:
        query |= one
    return list(rows.filter(search=query).order_by("-id")[:_COMPARED])


@lru_cache(maxsize=4096)
def _forms(text: str) -> tuple[str, ...]:
    return tuple(searchable(text).split())


def _share(asked: list[tuple[str, ...]], rare: list[float], forms: frozenset[str]) -> float:
    """How much of what was asked stands there, rare words counting more."""
    hit = sum(weight for word, weight in zip(asked, rare, strict=True) if any(form in forms for form in word))
    return hit / sum(rare)


def _alike(text: str, other: str) -> float:
    """Cosine of runs of three letters."""
    one, two = _pieces(text[:_LONGEST_WORD].lower()), _pieces(other[:_LONGEST_WORD].lower())
    length = sqrt(sum(n * n for n in one.values()) * sum(n * n for n in two.values()))
    return sum(n * two[piece] for piece, n in one.items()) / length if length else 0.0


def _pieces(text: str) -> Counter[str]:
    words = f" {' '.join(text.split())} "
    return Counter(words[at : at + 3] for at in range(len(words) - 2))


def _with_meaning(text: str, near: list[Near], by: str) -> list[Near]:
    """The same with the meaning of the whole weighed in; where nobody knows it the other two make up the whole."""
    meanings = _meanings(text, tuple(str(getattr(one.suggestion, by)) for one in near)) if near else None
    if meanings is None:
        whole = _WORDS + _PIECES
        told = [Near(suggestion=one.suggestion, score=one.score / whole) for one in near]
    else:
        told = [
            Near(suggestion=one.suggestion, score=one.score + _MEANING * max(0.0, meaning))
            for one, meaning in zip(near, meanings, strict=True)
        ]
    kept = [one for one in told if one.score >= _ENOUGH]
    return sorted(kept, key=lambda one: -one.score)


def _meanings(text: str, others: tuple[str, ...]) -> list[float] | None:
    """Cosine of the text with each other, None where no embedder is at hand. Only the web server has it in memory."""
    if not is_in_use("knowledge"):
        return None
    from otklik.knowledge.search.embedding import meaning_of  # noqa: PLC0415 - loads numpy (ADR 16)

    rows = meaning_of([text[:_LONGEST_WORD], *others])
    return None if rows is None else [float(value) for value in rows[1:] @ rows[0]]
