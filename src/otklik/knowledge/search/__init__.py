"""Finding articles: what a person would call a good search, in Russian and English.

``find`` answers a question, also one that stands somewhere in a letter; ``suggest`` helps while somebody types. Both
only read and log nothing: callers log.
"""

from collections.abc import Iterator

import numpy as np

from otklik.knowledge.models import Brand
from otklik.knowledge.queries import Reader
from otklik.knowledge.search.asking import Asked, understand
from otklik.knowledge.search.bounds import enough_for
from otklik.knowledge.search.documents import MARK_OFF, MARK_ON, Circle, Document, Found, Hit
from otklik.knowledge.search.embedding import meaning_of
from otklik.knowledge.search.index import Index
from otklik.knowledge.search.letters import LONGEST_ASKED, questions_in
from otklik.knowledge.search.live import Picture, circle_of, newest
from otklik.knowledge.search.ranking import Mask, features, largest, nearness, sureness
from otklik.knowledge.search.snippets import snippet
from otklik.knowledge.search.vocabulary import Weights

__all__ = ["LONGEST_ASKED", "MARK_OFF", "MARK_ON", "Document", "Found", "Hit", "find", "suggest"]

_LEAST_NEARNESS = 0.15
_SURE = 0.5


def find(
    words: str, *, reader: Reader, language: str | None = None, brand: Brand | None = None, limit: int = 10
) -> Found:
    """The articles nearest to a question, best first, among those this reader may see.

    Of a letter every sentence is a question, and so is the whole: what is nearest to any of them comes first.

    ``language``: only articles in it; None lets a question in one language find an article in another.
    """
    return _search(words, reader=reader, language=language, brand=brand, limit=limit, is_typing=False)


def suggest(
    typed: str, *, reader: Reader, language: str | None = None, brand: Brand | None = None, limit: int = 5
) -> Found:
    """As ``find`` for words that are still being typed (the last may be half a word); without snippets."""
    return _search(typed, reader=reader, language=language, brand=brand, limit=limit, is_typing=True)


def _search(
    words: str, *, reader: Reader, language: str | None, brand: Brand | None, limit: int, is_typing: bool
) -> Found:
    picture = newest()
    seen = picture.seen_by(reader, language=language, brand_id=brand.pk if brand else None)
    if not seen.any():
        return Found()
    asked = _asked(words, picture, circle_of(reader), is_typing=is_typing)
    if not asked:
        return Found()
    meanings = meaning_of([one.meant for one in asked])
    rows = [None] * len(asked) if meanings is None else list(meanings)
    near = np.stack([_order(picture, one, row, seen) for one, row in zip(asked, rows, strict=True)])
    enough = [
        enough_for(one.meant, language, picture.bounds, meaning=row, chances=len(asked))
        for one, row in zip(asked, rows, strict=True)
    ]
    beyond = near - np.stack(enough)
    nearest_to, order = beyond.argmax(axis=0), beyond.max(axis=0)
    best = [row for row in largest(order, limit).tolist() if near[nearest_to[row], row] >= _LEAST_NEARNESS]
    sure = [sureness(float(order[row])) for row in best]
    wanted = [set() if is_typing else set(_spellings(picture.index, one)) for one in asked]
    documents = picture.index.documents
    snippets = ["" if is_typing else snippet(documents[row].body, wanted[nearest_to[row]]) for row in best]
    return Found(
        items=[
            Hit(id=documents[row].id, score=round(score, 3), snippet=words)
            for row, score, words in zip(best, sure, snippets, strict=True)
        ],
        is_answered=bool(sure) and sure[0] >= _SURE,
        corrected_to=asked[0].meant if asked[0].is_corrected and len(asked) == 1 else "",
    )


def _asked(words: str, picture: Picture, circle: Circle, *, is_typing: bool) -> list[Asked]:
    """What was asked: the words, and of a letter each sentence that says something."""
    questions = [words] if is_typing else questions_in(words, silent=picture.house.silent)
    found = (
        understand(one, index=picture.index, house=picture.house, circle=circle, is_unfinished=is_typing)
        for one in questions
    )
    return [one for one in found if one.pieces]


def _order(picture: Picture, asked: Asked, meaning: Weights | None, seen: Mask) -> Weights:
    return nearness(picture.index, features(picture.index, asked, meaning), meaning, seen=seen)


def _spellings(index: Index, asked: Asked) -> Iterator[str]:
    return (index.vocabulary.words[number] for term in asked.terms for number in term)
