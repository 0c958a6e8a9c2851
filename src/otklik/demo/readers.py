"""Those who visit the help centre: they ask, find or not, read, say whether it helped, mostly leave in silence."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from random import Random
from typing import Any

from otklik.demo.articles import Text
from otklik.demo.timetable import PAST
from otklik.knowledge.actions import (
    Asked,
    new_visitor,
    note_opened,
    note_reading,
    note_search,
    say_helpful,
    say_solved,
)
from otklik.knowledge.models import Article, Audience, Place, Search

_LIKED = (
    "gde-moy-zakaz", "ne-mogu-voyti", "vozvrat-za-kurs", "propusk-zanyatiya", "nalogovyy-vychet", "zapis-zanyatiya",
    "raspisanie-i-adres", "kogda-pridut-dengi", "oplata-ne-prokhodit", "ssylka-na-vebinar", "kakoy-dokument-dayut",
    "stoimost-dostavki", "kak-svyazatsya", "skidki-i-promokody", "kakoy-kurs-vybrat", "where-is-my-order",
)  # fmt: skip
"""Read most, in this order; the rest follows as chance has it."""
_MISSING = (
    "Не нашла, что делать, если номера заказа нет",
    "Всё понятно, но хотелось бы картинку, куда нажимать",
    "А если я за границей?",
    "Слишком общо, мой случай другой",
    "сколько точно ждать, так и не понял",
    "по телефону сказали иначе",
)
_VISITS, _SEARCH_FIRST, _SAY, _TOLD_WHAT, _SOLVED = 220, 0.55, 0.4, 0.45, 0.11
_BEST, _WORST = 0.95, 0.55
_PLACES = (Place.PORTAL,) * 7 + (Place.WIDGET,) * 2 + (Place.FORM,)

type Deed = tuple[datetime, Callable[[], None]]


@dataclass(kw_only=True)
class Readers:
    """Visits of five weeks. ``texts`` and ``articles`` by address; ``now`` is when the demo is looked at."""

    texts: Mapping[str, Text]
    articles: Mapping[str, Article]
    now: datetime
    chance: Random
    worth: dict[str, float] = field(init=False)
    """How likely a reader finds each article helpful."""
    order: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        public = [slug for slug, text in self.texts.items() if text.audience == Audience.PUBLIC]
        rest = [slug for slug in public if slug not in _LIKED]
        self.order = [*_LIKED, *self.chance.sample(rest, len(rest))]
        self.worth = {slug: self.chance.uniform(_WORST, _BEST) for slug in self.order}

    def visits(self) -> Iterator[Deed]:
        for _visit in range(_VISITS):
            yield self._sometime(), self._visit
        for is_answered, rows in ((False, searches("nothing")), (True, searches("unopened"))):
            for words, language, times, first in rows:
                for _time in range(times):
                    yield self._sometime(), self._in_vain(words, language, first, is_answered=is_answered)

    def _sometime(self) -> datetime:
        return self.now - self.chance.uniform(1 / 72, 1) * PAST

    def _in_vain(self, words: str, language: str, first: str, *, is_answered: bool) -> Callable[[], None]:
        def ask() -> None:
            search(words, self.articles[first], language, new_visitor(), place=self._place(), is_answered=is_answered)

        return ask

    def _visit(self) -> None:
        slug = self.order[int(len(self.order) * self.chance.random() ** 2.2)]
        article, visitor, place = self.articles[slug], new_visitor(), self._place()
        if self.chance.random() < _SEARCH_FIRST:
            asked = search(
                self.chance.choice(self.texts[slug].questions), article, article.language, visitor, place=place
            )
            note_opened(search_id=asked.pk, visitor=visitor, article=article)
        note_reading(article=article, place=place, visitor=visitor)
        self._say(slug, visitor)
        if self.chance.random() < _SOLVED:
            say_solved(article=article, place=place, visitor=visitor)

    def _say(self, slug: str, visitor: str) -> None:
        article = self.articles[slug]
        if article.live is None or self.chance.random() > _SAY:
            return
        is_helpful = self.chance.random() < self.worth[slug]
        tells = not is_helpful and article.language == "ru" and self.chance.random() < _TOLD_WHAT
        missing = self.chance.choice(_MISSING) if tells else ""
        say_helpful(version=article.live, is_helpful=is_helpful, visitor=visitor, missing=missing)

    def _place(self) -> Place:
        return self.chance.choice(_PLACES)


def searches(kind: str) -> Iterator[tuple[str, str, int, str]]:
    """Words, their language, how often they are asked in vain, and the article that stands first."""
    found: dict[str, Any] = tomllib.loads(files("otklik.demo").joinpath("searches.toml").read_text(encoding="utf-8"))
    for language, rows in found[kind].items():
        for words, (times, first) in rows.items():
            yield words, language, times, first


def search(
    words: str, first: Article | None, language: str, visitor: str, *, place: Place, is_answered: bool = True
) -> Search:
    """What a visitor asked; ``first``: the article that was shown on top, None when nothing was near."""
    asked = Asked(words=words, place=place, language=language, visitor=visitor)
    return note_search(
        asked, found=3 if is_answered else 0, is_answered=is_answered, top_id=first.pk if first else None
    )
