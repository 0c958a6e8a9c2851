"""Taking articles in from elsewhere: all of them or none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from otklik.customers.models import Organization
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import whole
from otklik.foundation.errors import Refusal
from otklik.foundation.text.language import language_of
from otklik.knowledge.actions.files import add_file
from otklik.knowledge.actions.publishing import publish as show
from otklik.knowledge.actions.publishing import withdraw
from otklik.knowledge.actions.shelves import set_section
from otklik.knowledge.actions.writing import Words, edit_draft, set_article, start_draft, write_article
from otklik.knowledge.adapters.imported import Imported, ImportedArticle, ImportedSection, ImportRefused, Wrong
from otklik.knowledge.addresses import slug_of
from otklik.knowledge.models import Article, Audience, Brand, OldAddress, Section, Version
from otklik.knowledge.queries import in_work
from otklik.standards.models import Standard
from otklik.team.models import Agent

_LONGEST = {"title": 500, "summary": 400, "external_id": 120, "slug": 120}
_ADDRESS = re.compile(r"[a-z0-9_-]*")
MOST_QUESTIONS = 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """What became of one article: ``new``, ``changed`` or ``same``."""

    where: str
    title: str
    outcome: str


@dataclass(kw_only=True)
class Report:
    lines: list[Line] = field(default_factory=list)
    warnings: list[Wrong] = field(default_factory=list)
    new_sections: int = 0

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)


def import_articles(imported: Imported, *, publish: bool, actor: Actor, dry_run: bool = False) -> Report:
    """Take in articles and their sections; what is known by source and ``external_id`` (else by its given address) is
    renewed. Owners, standards, organizations and originals that are not here are left empty, articles in a language
    that is not spoken here left out; the report's ``warnings`` say so.

    ``publish`` shows them at once, except those that are drafts where they come from. ``dry_run`` undoes everything
    and only reports. Raises ``ImportRefused``, and then nothing has changed.
    """
    require(actor, "knowledge.arrange")
    with whole(), transaction.atomic():
        report = _Intake(imported, actor=actor, publish=publish).run()
        if dry_run:
            transaction.set_rollback(True)
    return report


class _Intake:
    """One import under way: what the house has, what was made, what is wrong."""

    def __init__(self, imported: Imported, *, actor: Actor, publish: bool) -> None:
        self.imported, self.actor, self.publish = imported, actor, publish
        self.report = Report(warnings=list(imported.warnings))
        self.wrong: list[Wrong] = []
        self.sections = list(Section.objects.order_by("id"))
        self.agents = {agent.email.casefold(): agent for agent in Agent.objects.all()}
        self.standards = {standard.name.casefold(): standard for standard in Standard.objects.all()}
        self.organizations = {one.name.casefold(): one for one in Organization.objects.all()}
        self.brands = {brand.name: brand for brand in Brand.objects.all()}
        self.seen: dict[tuple[str, str, str], str] = {}
        self.made: list[tuple[ImportedArticle, Article]] = []

    def run(self) -> Report:
        for shelf in _parents_first(self.imported.sections):
            self._try(shelf.where, self._shelf, shelf)
        for item in sorted(filter(self._is_spoken, self.imported.articles), key=lambda one: one.is_draft_over):
            self._try(item.where, self._draft_over if item.is_draft_over else self._article, item)
        for item, article in self.made if not self.wrong else ():
            if item.original or item.old_slugs:
                self._try(item.where, self._join, item, article)
        if self.wrong:
            raise ImportRefused(self.wrong)
        return self.report

    def _try(self, where: str, step: Any, *values: object) -> None:
        """Every refusal is told, not only the first; the whole is undone at the end."""
        try:
            with transaction.atomic():
                step(*values)
        except Refusal as refusal:
            self.wrong.append(Wrong(where=where, text=refusal.text, code=refusal.code))

    def _warn(self, where: str, text: str) -> None:
        self.report.warnings.append(Wrong(where=where, text=text))

    def _is_spoken(self, item: ImportedArticle) -> bool:
        """A language that there is, but not here, is left out with a word; what is no language is a fault."""
        language = _language(item)
        if language in dict(settings.LANGUAGES) or language not in LANG_INFO:
            return True
        text = _("Left out: its language (%(name)s) is not spoken here.")
        self._warn(item.where, text % {"name": get_language_info(language)["name_translated"]})
        return False

    def _known_by[T](self, known: Mapping[str, T], name: str, where: str, missing: str) -> T | None:
        """Whoever is called so; None and a word about it when nobody is."""
        found = known.get(name.casefold())
        if found is None:
            self._warn(where, missing % {"name": name})
        return found

    def _check_double(self, item: ImportedArticle) -> None:
        key = (item.source, item.external_id, _language(item))
        if item.external_id and key in self.seen:
            text = _("The id %(id)s stands here and in %(where)s.")
            raise Refusal("id_twice", text % {"id": item.external_id, "where": self.seen[key]})
        self.seen[key] = item.where

    # ── Sections ──────────────────────────────────────────────────────────────────────────
    def _shelf(self, shelf: ImportedSection) -> None:
        known = next((one for one in self.sections if one.slug == shelf.slug), None)
        values: dict[str, Any] = {
            "slug": shelf.slug,
            "titles": dict(shelf.titles),
            "descriptions": dict(shelf.descriptions),
            "icon": shelf.icon,
            "place": shelf.place,
            "parent": next((one for one in self.sections if one.slug == shelf.parent), None),
            "brand": self.brands.get(shelf.brand),
        }
        if shelf.parent and values["parent"] is None:
            raise Refusal("section_unknown", _("There is no section “%(name)s”.") % {"name": shelf.parent})
        if shelf.brand and values["brand"] is None:
            text = _("There is no brand “%(name)s”: every brand shows this section.")
            self._warn(shelf.where, text % {"name": shelf.brand})
        section = set_section(actor=self.actor, values=values, section=known)
        if known is None:
            self.sections.append(section)
            self.report.new_sections += 1

    def _section(self, item: ImportedArticle) -> Section | None:
        """The section at the end of the path; what is missing is made. One name alone may be a section's address."""
        at: Section | None = None
        for name in item.section:
            found = self._section_named(name, under=at, anywhere=len(item.section) == 1)
            if found is None:
                values = {"titles": {_language(item): name[:120]}, "parent": at, "slug": self._free_slug(name)}
                found = set_section(actor=self.actor, values=values)
                self.sections.append(found)
                self.report.new_sections += 1
            at = found
        return at

    def _section_named(self, name: str, *, under: Section | None, anywhere: bool) -> Section | None:
        wanted = name.casefold()
        near = [one for one in self.sections if anywhere or one.parent_id == (under.pk if under else None)]
        by_slug = next((one for one in near if one.slug == name), None)
        return by_slug or next(
            (one for one in near if wanted in {str(title).casefold() for title in one.titles.values()}), None
        )

    def _free_slug(self, name: str) -> str:
        taken, slug = {one.slug for one in self.sections}, slug_of(name, otherwise="section")[:70]
        numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
        return slug if slug not in taken else next(other for other in numbered if other not in taken)

    # ── Articles ──────────────────────────────────────────────────────────────────────────
    def _article(self, item: ImportedArticle) -> None:
        self._check_double(item)
        _check(item)
        known = _known(item)
        words = Words(title=item.title, body=item.body, summary=item.summary, questions=list(item.questions))
        values = self._values(item)
        if known is None:
            values |= {"external_id": item.external_id, "source": item.source, "slug": item.slug}
            article = write_article(words=words, actor=self.actor, language=_language(item), values=values)
            outcome, version = "new", in_work(article)
        else:
            article, (version, has_changed) = known, _renewed(known, words, self.actor)
            if item.source and not known.source:
                values["source"] = item.source  # it came before sources were told apart
            before = {name: getattr(known, name) for name in values if name != "organizations"}
            set_article(article=article, actor=self.actor, values=values)
            is_same = all(before[name] == getattr(article, name) for name in before)
            will_show = version is not None and self.publish and item.is_published
            will_hide = item.is_archived and known.archived_at is None
            outcome = "same" if is_same and not (has_changed or will_show or will_hide) else "changed"
        for name, content in item.files.items():
            add_file(article=article, name=name, content=content, actor=self.actor, replaces=True)
        if version is not None and self.publish and item.is_published:
            show(version=version, actor=self.actor)
        if item.is_archived and article.archived_at is None:
            withdraw(article=article, actor=self.actor)
        self.made.append((item, article))
        self.report.lines.append(Line(where=item.where, title=item.title, outcome=outcome))

    def _draft_over(self, item: ImportedArticle) -> None:
        """What authors work at above what readers see; where that is not shown, these are the article's words."""
        _check(item)
        known = _known(item)
        if known is None:
            text = _("There is no article “%(name)s” over which this draft could stand.")
            raise Refusal("article_unknown", text % {"name": item.external_id or item.slug})
        words = Words(title=item.title, body=item.body, summary=item.summary, questions=list(item.questions))
        _version, has_changed = _renewed(known, words, self.actor)
        outcome = "changed" if has_changed else "same"
        self.report.lines.append(Line(where=item.where, title=item.title, outcome=outcome))

    def _values(self, item: ImportedArticle) -> dict[str, Any]:
        """What the import says of the article; what it does not say stays as it is."""
        values: dict[str, Any] = {}
        if item.section:
            values["section"] = self._section(item)
        if item.audience:
            values["audience"] = item.audience
        if item.owner:
            missing = _("Nobody at the desk has the address %(name)s: nobody keeps this article now.")
            values["owner"] = self._known_by(self.agents, item.owner, item.where, missing)
        if item.standard:
            missing = _("There is no service standard “%(name)s”: left empty.")
            values["standard"] = self._known_by(self.standards, item.standard, item.where, missing)
        if item.organizations:
            missing = _("There is no organization “%(name)s”: its people do not see this article.")
            named = (self._known_by(self.organizations, one, item.where, missing) for one in item.organizations)
            values["organizations"] = [one for one in named if one is not None]
        if item.place is not None:
            values["place"] = item.place
        if item.review_every_days is not None:
            values["review_every_days"] = item.review_every_days
        return values

    def _join(self, item: ImportedArticle, article: Article) -> None:
        """What needs the other articles: translations, and addresses that this one had before."""
        if item.original:
            originals = [
                other
                for known, other in self.made
                if item.original == other.slug or (item.source, item.original) == (known.source, known.external_id)
            ]
            original = next((one for one in originals if one.language != article.language), None)
            if original is None:
                text = _("There is no article “%(name)s” in another language that this one could translate.")
                self._warn(item.where, text % {"name": item.original})
            else:
                set_article(article=article, actor=self.actor, values={"original": original})
        for slug in item.old_slugs:
            if not Article.objects.filter(language=article.language, slug=slug).exists():
                OldAddress.objects.get_or_create(language=article.language, slug=slug, defaults={"article": article})


def _language(item: ImportedArticle) -> str:
    """``en-us`` is ``en`` here; not said: as the words look."""
    return (item.language or language_of(f"{item.title} {item.body}")).replace("_", "-").lower().partition("-")[0]


def _check(item: ImportedArticle) -> None:
    if not item.title.strip():
        raise Refusal("title_missing", _("A title is missing."))
    if item.is_published and not item.body.strip():
        raise Refusal("body_missing", _("The text is missing."))
    if _language(item) not in dict(settings.LANGUAGES):
        raise Refusal("language_unknown", _("The language “%(name)s” is not known.") % {"name": item.language})
    if item.audience and item.audience not in Audience.values:
        raise Refusal("audience_unknown", _("The audience “%(name)s” is not known.") % {"name": item.audience})
    _check_sizes(item)


def _check_sizes(item: ImportedArticle) -> None:
    for name, most in _LONGEST.items():
        if len(getattr(item, name)) > most:
            text = _("%(name)s is longer than %(most)d characters.") % {"name": name, "most": most}
            raise Refusal("too_long", text)
    if not _ADDRESS.fullmatch(item.slug):
        text = _("The address “%(name)s” may hold letters, digits and hyphens.") % {"name": item.slug}
        raise Refusal("slug_invalid", text)
    if len(item.questions) > MOST_QUESTIONS:
        raise Refusal("too_many_questions", _("More than %(most)d questions.") % {"most": MOST_QUESTIONS})


def _known(item: ImportedArticle) -> Article | None:
    same_language = Article.objects.filter(language=_language(item))
    if item.external_id:
        same = same_language.filter(external_id=item.external_id)
        found = same.filter(source=item.source).first()
        if found is None and item.source:  # perhaps it came before sources were told apart
            is_it = Q(versions__title=item.title) | Q(slug=item.slug or slug_of(item.title))
            found = same.filter(is_it, source="").distinct().first()
        if found is not None:
            return found
    if not item.slug:
        return None
    return same_language.filter(
        slug=item.slug, external_id__in=["", item.external_id], source__in=["", item.source]
    ).first()


def _renewed(article: Article, words: Words, actor: Actor) -> tuple[Version | None, bool]:
    """The draft with these words, None when readers see them already; and whether the words are new."""
    if article.live is not None and _same(article.live, words):
        return None, False
    newest = in_work(article) or article.live or article.versions.order_by("-number").first()
    if newest is not None and _same(newest, words):
        return (newest if newest.state == Version.State.DRAFT else None), False
    return edit_draft(version=start_draft(article=article, actor=actor), words=words, actor=actor), True


def _same(version: Version, words: Words) -> bool:
    now = (version.title, version.body, version.summary, list(version.questions))
    return now == (words.title, words.body, words.summary, list(words.questions))


def _parents_first(shelves: Sequence[ImportedSection]) -> Iterable[ImportedSection]:
    """Those without a parent among the others come first; a circle is left to the rule against it."""
    waiting, placed = list(shelves), set[str]()
    while waiting:
        ready = [one for one in waiting if one.parent not in {other.slug for other in waiting}] or waiting
        yield from ready
        placed |= {one.slug for one in ready}
        waiting = [one for one in waiting if one.slug not in placed]
