"""Puts the help centre on its shelves: written by its owners, approved by a lead, corrected by colleagues."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from otklik.customers.models import Organization
from otklik.demo.articles import Text, picture, sections, texts
from otklik.demo.company import Company
from otklik.demo.readers import Deed, Readers
from otklik.foundation.actors import Actor
from otklik.knowledge.actions import (
    Words,
    add_file,
    approve,
    confirm_review,
    decide_correction,
    edit_draft,
    offer,
    propose_correction,
    publish,
    set_section,
    start_draft,
    write_article,
)
from otklik.knowledge.models import Article, Audience, Section, Version
from otklik.knowledge.queries import in_work
from otklik.knowledge.rendering import mentions
from otklik.standards.models import Standard

_GREW = ("kak-svyazatsya", "nalogovyy-vychet", "stoimost-dostavki")
"""First published without their last part; the original of a translation among them."""
_DRAFTS = {
    "ne-otkryvaetsya-video": "\n> [!NOTE]\n> С декабря урок откроется и на телевизоре. Проверить и дописать, как.\n",
    "tseny-na-kursy": "\nДобавить цены весеннего набора, когда их утвердят.\n",
}
_WAITING = {"skidki-i-promokody": "\nДонорам крови скидка 10 %: приложите снимок удостоверения.\n"}
_FORGOTTEN = "dostupnaya-sreda"
_CORRECTIONS = (
    (
        6, "Марина", "stoimost-dostavki",
        "Магазин на Учебном переулке с ноября открыт до 21, а в статье до 20.",
        "Спасибо, Марина, поправил.",
    ),
    (
        4, "Рустам", "zapis-zanyatiya",
        "Допишем, что запись можно скачать на компьютер? Спрашивают каждый день.",
        "На компьютер скачивать нельзя: так мы обещали преподавателям.",
    ),
    (
        2, "Айгуль", "propusk-zanyatiya",
        "Спрашивают, сколько раз можно прийти в соседнюю группу. Допишите, пожалуйста, есть ли предел.",
        "",
    ),
    (
        1, "Денис", "ne-mogu-voyti",
        "Кнопка в шаге 2 теперь называется «Войти по ссылке», а не «Прислать ссылку».",
        "",
    ),
)  # fmt: skip
"""Days ago, who proposes, for which article, in which words, and the keeper's answer ('' while it waits)."""


@dataclass(kw_only=True)
class Library:
    """All articles of the demo, and what is done with them later; ``now`` is when the demo is looked at."""

    company: Company
    now: datetime
    chance: Random
    articles: dict[str, Article] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)

    def open(self) -> None:
        """Write, approve and publish everything; the shelves first."""
        shelves: dict[str, Section] = {}
        for place, shelf in enumerate(sections()):
            values = {
                "slug": shelf.slug,
                "parent": shelves.get(shelf.parent),
                "titles": {"ru": shelf.ru, "en": shelf.en},
                "descriptions": {"ru": shelf.about_ru, "en": shelf.about_en},
                "icon": shelf.icon,
                "place": place,
            }
            shelves[shelf.slug] = set_section(actor=self.company.admin, values=values)
        standards = {standard.name: standard for standard in Standard.objects.all()}
        for text in texts():
            self.texts[text.slug] = text
            self._write(text, shelves[text.section], standards.get(text.standard))

    def later(self) -> Iterator[Deed]:
        """What happens on the following days, each with its moment."""
        for ago, slug in enumerate(_GREW, start=4):
            yield self.now - timedelta(days=ago), lambda slug=slug: self._finish(slug)  # type: ignore[misc]
        for ago, slug in enumerate(_DRAFTS | _WAITING, start=1):
            yield self.now - timedelta(hours=9 * ago), lambda slug=slug: self._go_on_writing(slug)  # type: ignore[misc]
        yield self.now - timedelta(days=6), self._review
        for days, name, slug, words, answer in _CORRECTIONS:
            moment = self.now - timedelta(days=days, hours=2)
            yield moment, lambda of=(name, slug, words, answer): self._correct(*of)  # type: ignore[misc]
        readers = Readers(texts=self.texts, articles=self.articles, now=self.now, chance=self.chance)
        yield from readers.visits()

    def _owner(self, text: Text) -> Actor:
        agents = self.company.agents.values()
        return self.company.acting(next(agent for agent in agents if agent.email == text.owner))

    def _write(self, text: Text, section: Section, standard: Standard | None) -> None:
        owner = self._owner(text)
        values: dict[str, Any] = {
            "slug": text.slug,
            "external_id": text.slug,
            "section": section,
            "audience": text.audience,
            "organizations": _readers(text),
            "standard": standard,
            "original": self.articles.get(text.translation_of),
            "review_every_days": text.review_every_days,
        }
        body = text.body.rpartition("\n## ")[0] + "\n" if text.slug in _GREW else text.body
        article = write_article(words=_words(text, body), actor=owner, language=text.language, values=values)
        self.articles[text.slug] = article
        for name in mentions(text.body).files:
            add_file(article=article, name=name, content=picture(name), actor=owner)
        self._publish(article, owner)

    def _publish(self, article: Article, owner: Actor) -> None:
        draft = _in_work(article)
        lead = next(name for name in ("Андрей", "Ольга") if self.company.agents[name].pk != owner.agent_id)
        offer(version=draft, actor=owner)
        approve(version=draft, actor=self.company.acting(self.company.agents[lead]))
        publish(version=draft, actor=owner)
        article.refresh_from_db()

    def _finish(self, slug: str) -> None:
        text, article = self.texts[slug], self.articles[slug]
        owner = self._owner(text)
        part = text.body.rpartition("\n## ")[2].partition("\n")[0]
        draft = start_draft(article=article, actor=owner)
        edit_draft(version=draft, words=_words(text, text.body, note=f"Новый раздел: «{part}»"), actor=owner)
        self._publish(article, owner)

    def _go_on_writing(self, slug: str) -> None:
        text = self.texts[slug]
        owner = self._owner(text)
        draft = start_draft(article=self.articles[slug], actor=owner)
        added = (_DRAFTS | _WAITING)[slug]
        edit_draft(version=draft, words=_words(text, text.body + added, note="Дополнение"), actor=owner)
        if slug in _WAITING:
            offer(version=draft, actor=owner)

    def _review(self) -> None:
        """Every owner reads again what is due, all but one."""
        for slug, article in self.articles.items():
            is_due = article.review_at is not None and article.review_at < self.now
            if is_due and slug != _FORGOTTEN:
                confirm_review(article=article, actor=self._owner(self.texts[slug]))

    def _correct(self, name: str, slug: str, words: str, answer: str) -> None:
        article = self.articles[slug]
        correction = propose_correction(
            article=article, words=words, actor=self.company.acting(self.company.agents[name])
        )
        if answer:
            owner, is_taken = self._owner(self.texts[slug]), answer.startswith("Спасибо")
            decide_correction(correction=correction, is_taken=is_taken, actor=owner, answer=answer)


def _words(text: Text, body: str, *, note: str = "") -> Words:
    return Words(title=text.title, body=body, summary=text.summary, questions=text.questions, change_note=note)


def _in_work(article: Article) -> Version:
    draft = in_work(article)
    assert draft is not None, "a new article has a draft"
    return draft


def _readers(text: Text) -> list[Organization]:
    """The one organization it is for, or every one."""
    if text.audience != Audience.ORGANIZATION:
        return []
    everybody = Organization.objects.order_by("id")
    return list(everybody.filter(name=text.organization) if text.organization else everybody)
