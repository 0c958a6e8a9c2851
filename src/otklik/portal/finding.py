"""Questions to the help centre, and what we answer: articles, or honestly that none fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from otklik.knowledge import search
from otklik.knowledge.models import Article, Brand
from otklik.knowledge.queries import Reader, in_other_languages, readable_by


@dataclass(frozen=True, kw_only=True)
class Item:
    article: Article
    score: float = 0.0
    snippet: str = ""

    @property
    def words(self) -> SafeString:
        """The snippet with the found words marked, else the article's own summary."""
        text = self.snippet or (self.article.live.summary if self.article.live else "")
        marked = escape(text).replace(search.MARK_ON, "<mark>").replace(search.MARK_OFF, "</mark>")
        return mark_safe(marked)  # noqa: S308  # escaped before the marks are put in


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``instead``: what was searched for when what was typed has an error or stands on the other keyboard.

    ``elsewhere``: when nothing answers, what does in another language, one article of each.
    """

    items: Sequence[Item] = ()
    is_answered: bool = False
    instead: str = ""
    elsewhere: Sequence[Item] = ()

    @property
    def worth_showing(self) -> Sequence[Item]:
        """The first, and whatever is not plainly beside the question."""
        return [item for place, item in enumerate(self.items) if place == 0 or item.score >= _WORTH]

    @property
    def near(self) -> Sequence[Item]:
        """When nothing answers: up to three that are at least close."""
        return [item for item in self.items if item.score >= _WORTH][:3]


_WORTH = 0.1


def find(words: str, *, reader: Reader, language: str, brand: Brand | None, limit: int = 10) -> Answer:
    """The articles nearest to a question in this language, and whether they answer it."""
    found = search.find(words, reader=reader, language=language, brand=brand, limit=limit)
    return Answer(items=_items(found, reader), is_answered=found.is_answered, instead=found.corrected_to)


def find_anywhere(words: str, *, reader: Reader, language: str, brand: Brand | None, limit: int = 10) -> Answer:
    """As ``find``; when nothing in this language answers, also what answers in another and stands in that alone."""
    found = find(words, reader=reader, language=language, brand=brand, limit=limit)
    if found.is_answered:
        return found
    others = (
        find(words, reader=reader, language=other, brand=brand, limit=1)
        for other, _name in settings.LANGUAGES
        if other != language
    )
    elsewhere = [other.items[0] for other in others if other.is_answered and other.items]
    return replace(found, elsewhere=[item for item in elsewhere if not _speaks(item.article, language, reader)])


def _speaks(article: Article, language: str, reader: Reader) -> bool:
    return any(one.language == language for one in in_other_languages(article, reader=reader))


def suggest(typed: str, *, reader: Reader, language: str, brand: Brand | None, limit: int = 6) -> Sequence[Item]:
    """Articles for words that are still being typed."""
    return _items(search.suggest(typed, reader=reader, language=language, brand=brand, limit=limit), reader)


def _items(found: search.Found, reader: Reader) -> list[Item]:
    """In the order of the hits; asked of the database again, which alone knows who may read what."""
    rows = readable_by(reader).in_bulk([hit.id for hit in found.items])
    return [Item(article=rows[hit.id], score=hit.score, snippet=hit.snippet) for hit in found.items if hit.id in rows]
