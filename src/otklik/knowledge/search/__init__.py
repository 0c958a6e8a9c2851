"""Finding articles: what a person would call a good search, in Russian and English.

``find`` answers a question, ``suggest`` helps while somebody types. Both only read and log nothing: callers log.
"""

from collections.abc import Iterator

from otklik.knowledge.models import Brand
from otklik.knowledge.queries import Reader
from otklik.knowledge.search.asking import Asked, understand
from otklik.knowledge.search.bounds import enough_for
from otklik.knowledge.search.documents import MARK_OFF, MARK_ON, Document, Found, Hit
from otklik.knowledge.search.embedding import meaning_of
from otklik.knowledge.search.index import Index
from otklik.knowledge.search.live import Picture, circle_of, newest
from otklik.knowledge.search.ranking import features, largest, nearness, sureness
from otklik.knowledge.search.snippets import snippet

__all__ = ["MARK_OFF", "MARK_ON", "Document", "Found", "Hit", "find", "suggest"]

_LEAST_NEARNESS = 0.15
_SURE = 0.5


def find(
    words: str, *, reader: Reader, language: str | None = None, brand: Brand | None = None, limit: int = 10
) -> Found:
    """The articles nearest to a question, best first, among those this reader may see.

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
    asked = understand(
        words, index=picture.index, house=picture.house, circle=circle_of(reader), is_unfinished=is_typing
    )
    if not asked.pieces:
        return Found()
    meanings = meaning_of([asked.meant])
    meaning = None if meanings is None else meanings[0]
    near = features(picture.index, asked, meaning)
    order = nearness(picture.index, near, meaning, seen=seen)
    best = [row for row in largest(order, limit).tolist() if order[row] >= _LEAST_NEARNESS]
    enough = enough_for(asked.meant, language, picture.bounds, with_meaning=meaning is not None)
    sure = [sureness(float(order[row]), enough=enough) for row in best]
    wanted = set() if is_typing else set(_spellings(picture.index, asked))
    documents = picture.index.documents
    return Found(
        items=[
            Hit(
                id=documents[row].id, score=round(score, 3), snippet=_snippet(picture, row, wanted, is_typing=is_typing)
            )
            for row, score in zip(best, sure, strict=True)
        ],
        is_answered=bool(sure) and sure[0] >= _SURE,
        corrected_to=asked.meant if asked.is_corrected else "",
    )


def _snippet(picture: Picture, row: int, wanted: set[str], *, is_typing: bool) -> str:
    return "" if is_typing else snippet(picture.index.documents[row].body, wanted)


def _spellings(index: Index, asked: Asked) -> Iterator[str]:
    return (index.vocabulary.words[number] for term in asked.terms for number in term)
