"""Writing: an article and its draft."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.versions import begun, draft_in_work
from otklik.knowledge.addresses import RESERVED, slug_of
from otklik.knowledge.events import ArticleChanged, ArticleWritten, DraftDropped
from otklik.knowledge.models import Article, OldAddress, Version
from otklik.knowledge.queries import in_work

LONGEST_BODY = 200_000
_EDITABLE = (
    "section", "slug", "external_id", "source", "audience", "owner", "standard", "original", "place",
    "review_every_days", "review_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Words:
    """What an author writes: ``body`` in Markdown, ``questions`` as customers ask them."""

    title: str
    body: str
    summary: str = ""
    questions: Sequence[str] = ()
    change_note: str = ""


@once_more_if_taken
@in_one
def write_article(
    *, words: Words, actor: Actor, language: str = "ru", values: Mapping[str, Any] | None = None
) -> Article:
    """A new article with its first draft; ``values``: what stands around the words (section, audience, owner…).

    Raises ``Refusal('title_missing' | 'body_too_long' | 'address_taken')``.
    """
    require(actor, "knowledge.write")
    _check(words)
    values = dict(values or {})
    organizations = values.pop("organizations", ())
    slug = values.pop("slug", "") or _free_slug(slug_of(words.title), language)
    if slug in RESERVED or Article.objects.filter(language=language, slug=slug).exists():
        raise _taken()
    chosen = {field: values[field] for field in _EDITABLE if field in values}
    if "owner" not in chosen and actor.is_agent:
        chosen["owner_id"] = actor.pk
    article = Article.objects.create(language=language, slug=slug, **chosen)
    if organizations:
        article.organizations.set(organizations)
    _new_version(article, words, actor)
    announce(ArticleWritten(article_id=article.pk), actor=actor)
    return article


@in_one
def start_draft(*, article: Article, actor: Actor) -> Version:
    """The version in work; when there is none, a copy of what readers see."""
    require(actor, "knowledge.write")
    Article.objects.select_for_update().get(pk=article.pk)
    draft = in_work(article)
    if draft is not None:
        return draft
    last = article.live or article.versions.order_by("-number").first()
    assert last is not None, "an article has at least one version"
    words = Words(title=last.title, body=last.body, summary=last.summary, questions=last.questions)
    return _new_version(article, words, actor)


@in_one
def restore(*, version: Version, actor: Actor) -> Version:
    """A new draft with the words of an earlier version; raises ``Refusal('draft_in_work')`` while there is another."""
    require(actor, "knowledge.write")
    article = Article.objects.select_for_update().get(pk=version.article_id)
    if in_work(article) is not None:
        raise draft_in_work()
    words = Words(title=version.title, body=version.body, summary=version.summary, questions=version.questions)
    return _new_version(article, words, actor, as_in=version.number)


@in_one
def drop_draft(*, version: Version, actor: Actor) -> Article:
    """Throw the draft away; what readers see stays. The only version of an article is not thrown away.

    Raises ``Refusal('not_a_draft' | 'only_version')``.
    """
    require(actor, "knowledge.write")
    article = Article.objects.select_for_update().get(pk=version.article_id)
    if not article.versions.exclude(pk=version.pk).exists():
        raise Refusal("only_version", _("This is all there is of the article. Archive it instead."))
    version.drop()
    announce(DraftDropped(article_id=article.pk), actor=actor)
    return article


@in_one
def confirm_translation(*, version: Version, actor: Actor) -> None:
    """The translation fits what its original says now. Raises ``Refusal('not_a_translation')``."""
    require(actor, "knowledge.write")
    original = version.article.original
    if original is None or original.live_id is None:
        raise Refusal("not_a_translation", _("This article translates nothing that is published."))
    Version.objects.filter(pk=version.pk).update(translated_from=original.live_id)
    version.refresh_from_db()


@in_one
def edit_draft(*, version: Version, words: Words, actor: Actor, edits: int | None = None) -> Version:
    """Save the draft. ``edits``: the count the author saw; None overwrites whatever is there.

    Raises ``Refusal('changed_meanwhile' | 'not_a_draft' | 'title_missing' | 'body_too_long')``.
    """
    require(actor, "knowledge.write")
    _check(words)
    texts = {"title": words.title, "summary": words.summary, "body": words.body, "questions": list(words.questions)}
    return version.save_words(texts, note=words.change_note, actor=actor, edits=edits)


@once_more_if_taken
@in_one
def set_article(*, article: Article, actor: Actor, values: Mapping[str, Any]) -> Article:
    """Change what stands around the words. An old address keeps leading here. Raises ``Refusal('address_taken')``."""
    require(actor, "knowledge.write")
    chosen = {field: values[field] for field in _EDITABLE if field in values}
    changed = [field for field, value in chosen.items() if getattr(article, field) != value]
    if "slug" in changed:
        _move(article, str(chosen["slug"]))
    for field in changed:
        setattr(article, field, chosen[field])
    if changed:
        article.save(update_fields=changed)
    if "original" in changed:
        original = article.original
        article.versions.update(translated_from=original.live_id if original else None)
    if "organizations" in values:
        article.organizations.set(values["organizations"])
        changed.append("organizations")
    if changed:
        announce(ArticleChanged(article_id=article.pk, fields=changed), actor=actor)
    return article


def _move(article: Article, slug: str) -> None:
    """Leave a sign at the old address; take the sign away where we move in."""
    if (
        not slug
        or slug in RESERVED
        or Article.objects.filter(language=article.language, slug=slug).exclude(pk=article.pk).exists()
    ):
        raise _taken()
    OldAddress.objects.filter(language=article.language, slug=slug).delete()
    OldAddress.objects.update_or_create(language=article.language, slug=article.slug, defaults={"article": article})


def _new_version(article: Article, words: Words, actor: Actor, as_in: int | None = None) -> Version:
    return Version.objects.create(
        article=article,
        translated_from_id=_translated_from(article),
        as_in=as_in,
        **begun(article.versions.all(), actor),
        **{**asdict(words), "questions": list(words.questions)},
    )


def _translated_from(article: Article) -> int | None:
    """A first translation is of what the original says now; later ones stay with theirs until somebody compares."""
    before = article.versions.order_by("-number").values_list("translated_from_id", flat=True).first()
    return before or (article.original.live_id if article.original else None)


def _check(words: Words) -> None:
    if not words.title.strip():
        raise Refusal("title_missing", _("Give the article a title."), fields={"title": _("A title is missing.")})
    if len(words.body) > LONGEST_BODY:
        text = _("An article has at most %(most)s characters.") % {"most": LONGEST_BODY}
        raise Refusal("body_too_long", text, fields={"body": text})


def _taken() -> Refusal:
    text = _("Another article has this address.")
    return Refusal("address_taken", text, fields={"slug": text})


def _free_slug(slug: str, language: str) -> str:
    """``slug``, or the first of ``slug-2``, ``slug-3``… that is free; old addresses are not given away."""
    taken = RESERVED | set(
        Article.objects.filter(language=language, slug__startswith=slug).values_list("slug", flat=True)
    )
    taken |= set(OldAddress.objects.filter(language=language, slug__startswith=slug).values_list("slug", flat=True))
    if slug not in taken:
        return slug
    return next(f"{slug}-{number}" for number in range(2, len(taken) + 3) if f"{slug}-{number}" not in taken)
