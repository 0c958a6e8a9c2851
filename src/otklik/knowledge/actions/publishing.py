"""From a draft to what readers see, under a second pair of eyes."""

from datetime import datetime, timedelta

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import SYSTEM, Actor, may, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.policies import policy
from otklik.foundation.versions import IN_WORK
from otklik.knowledge.actions.writing import start_draft
from otklik.knowledge.events import (
    ApprovalAsked,
    ArticleChanged,
    ArticlePublished,
    ArticleReviewed,
    ArticleWithdrawn,
    VersionApproved,
    VersionReturned,
    VersionScheduled,
)
from otklik.knowledge.models import Article, Version

_State = Version.State
_AT_ONCE = 200


@in_one
def offer(*, version: Version, actor: Actor) -> None:
    """Ask a colleague to look at the draft. Raises ``Refusal('not_a_draft')``."""
    require(actor, "knowledge.write")
    version.offer()
    announce(ApprovalAsked(article_id=version.article_id, version_id=version.pk), actor=actor)


@in_one
def approve(*, version: Version, actor: Actor) -> None:
    """A second person agrees, who has changed nothing in it. Raises ``Refusal('own_words' | 'not_waiting')``."""
    require(actor, "knowledge.publish")
    version.approve(actor)
    announce(VersionApproved(article_id=version.article_id, version_id=version.pk), actor=actor)


@in_one
def send_back(*, version: Version, actor: Actor, because: str) -> None:
    """Return it to the author with a reason. Raises ``Refusal('reason_missing' | 'not_waiting')``."""
    require(actor, "knowledge.publish")
    version.send_back(because, publish_at=None)
    announce(VersionReturned(article_id=version.article_id, version_id=version.pk), actor=actor)


@in_one
def publish(*, version: Version, actor: Actor, at: datetime | None = None) -> None:
    """Show this version to readers, now or at a later hour (it then waits as *approved*).

    An approved version may be published by any author; a draft only by who may publish, and not when the house wants
    a second pair of eyes. Raises ``Refusal('approval_missing' | 'not_a_draft')``.
    """
    require(actor, "knowledge.write")
    version.check_may_hold(alone=may(actor, "knowledge.publish") and not _wants_two(actor))
    if at is not None and at > timezone.now():
        version.move(from_=IN_WORK, to=_State.APPROVED, publish_at=at)
        announce(VersionScheduled(article_id=version.article_id, version_id=version.pk), actor=actor)
        return
    version.hold(Version.objects.filter(article_id=version.article_id))
    _show(version, actor)
    announce(ArticlePublished(article_id=version.article_id, version_id=version.pk), actor=actor)


@in_one
def take_back(*, version: Version, actor: Actor) -> None:
    """The author goes on writing what waited for approval or for its hour. Raises ``Refusal('not_waiting')``."""
    require(actor, "knowledge.write")
    version.take_back(publish_at=None)


def publish_due(now: datetime) -> int:
    """Show every approved version whose hour has come, each once, however many clocks strike. Returns how many."""
    due = Version.objects.filter(state=_State.APPROVED, publish_at__lte=now).order_by("publish_at", "id")
    return sum(_publish_if_due(pk, now) for pk in due.values_list("pk", flat=True)[:_AT_ONCE])


@in_one
def _publish_if_due(pk: int, now: datetime) -> bool:
    """The row is held while it is shown, so that nobody sends it back in between."""
    rows = Version.objects.select_for_update(skip_locked=True).filter(state=_State.APPROVED, publish_at__lte=now)
    version = rows.filter(pk=pk).first()
    if version is None:
        return False
    publish(version=version, actor=SYSTEM)
    return True


@in_one
def confirm_review(*, article: Article, actor: Actor) -> None:
    """Somebody has read it again and it is still true. Raises ``Refusal('not_published')``."""
    require(actor, "knowledge.write")
    now, days = timezone.now(), article.review_every_days
    shown = Article.objects.filter(pk=article.pk, live__isnull=False)
    next_time = now + timedelta(days=days) if days else None
    if not shown.update(reviewed_at=now, reviewed_by_id=actor.pk if actor.is_agent else None, review_at=next_time):
        raise Refusal("not_published", _("This article is not shown to anybody now."))
    article.refresh_from_db()
    announce(ArticleReviewed(article_id=article.pk), actor=actor)


@in_one
def bring_back(*, article: Article, actor: Actor) -> None:
    """Take the article out of the archive, as a draft. Raises ``Refusal('not_archived')``."""
    require(actor, "knowledge.write")
    if not Article.objects.filter(pk=article.pk, archived_at__isnull=False).update(archived_at=None):
        raise _not_archived()
    article.refresh_from_db()
    start_draft(article=article, actor=actor)
    announce(ArticleChanged(article_id=article.pk, fields=["archived_at"]), actor=actor)


@in_one
def withdraw(*, article: Article, actor: Actor) -> None:
    """Take the article away from readers; its words and its address are kept."""
    require(actor, "knowledge.publish")
    Version.objects.filter(article=article, state=_State.LIVE).update(state=_State.PAST)
    Article.objects.filter(pk=article.pk).update(live=None, archived_at=Now())
    article.refresh_from_db()
    announce(ArticleWithdrawn(article_id=article.pk), actor=actor)


@in_one
def unarchive(*, article: Article, actor: Actor, live_id: int | None) -> None:
    """Take an archiving back: readers see again what they saw (``live_id``, None for what nobody saw).

    Raises ``Refusal('not_archived')``, also when the article has gone on meanwhile.
    """
    require(actor, "knowledge.publish")
    archived = Article.objects.filter(pk=article.pk, archived_at__isnull=False)
    if not archived.update(archived_at=None):
        raise _not_archived()
    if live_id is not None:
        past = Version.objects.filter(article=article, state=_State.PAST)
        if not past.filter(pk=live_id).update(state=_State.LIVE):
            raise _not_archived()
        Article.objects.filter(pk=article.pk).update(live_id=live_id)
    article.refresh_from_db()
    if live_id is not None:
        announce(ArticlePublished(article_id=article.pk, version_id=live_id), actor=actor)
    else:
        announce(ArticleChanged(article_id=article.pk, fields=["archived_at"]), actor=actor)


def _not_archived() -> Refusal:
    return Refusal("not_archived", _("This article is not in the archive."))


def _wants_two(actor: Actor) -> bool:
    return actor.is_agent and bool(policy("knowledge.second_pair_of_eyes"))


def _show(version: Version, actor: Actor) -> None:
    now = timezone.now()
    article = Article.objects.select_for_update().get(pk=version.article_id)
    days = article.review_every_days
    Article.objects.filter(pk=article.pk).update(
        live=version,
        archived_at=None,
        reviewed_at=now,
        reviewed_by_id=actor.pk if actor.is_agent else None,
        review_at=now + timedelta(days=days) if days else None,
    )
