"""From a draft to what holds, under a second pair of eyes; and read again in time."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.standards.actions.writing import archived, forget
from otklik.standards.events import (
    StandardApprovalAsked,
    StandardPublished,
    StandardReviewDue,
    StandardReviewed,
    StandardVersionApproved,
    StandardVersionReturned,
)
from otklik.standards.models import Standard, Version
from otklik.standards.queries import may_publish_alone, require_author, review_due

_AT_ONCE = 200


@in_one
def offer(*, version: Version, actor: Actor) -> None:
    """Ask a colleague to look at the draft. Raises ``Refusal('not_a_draft')``."""
    require_author(actor, "standards.edit", version.standard)
    version.offer()
    announce(StandardApprovalAsked(standard_id=version.standard_id, version_id=version.pk), actor=actor)


@in_one
def approve(*, version: Version, actor: Actor) -> None:
    """A second person agrees, who has changed nothing in it. Raises ``Refusal('own_words' | 'not_waiting')``."""
    require(actor, "standards.edit")
    version.approve(actor)
    announce(StandardVersionApproved(standard_id=version.standard_id, version_id=version.pk), actor=actor)


@in_one
def send_back(*, version: Version, actor: Actor, because: str) -> None:
    """Return it to the author with a reason. Raises ``Refusal('reason_missing' | 'not_waiting')``."""
    require(actor, "standards.edit")
    version.send_back(because)
    announce(StandardVersionReturned(standard_id=version.standard_id, version_id=version.pk), actor=actor)


@in_one
def take_back(*, version: Version, actor: Actor) -> None:
    """The author goes on writing what waited for approval. Raises ``Refusal('not_waiting')``."""
    require_author(actor, "standards.edit", version.standard)
    version.take_back()


@in_one
def publish(*, version: Version, actor: Actor) -> None:
    """This version holds for every case that is opened from now on; open cases keep theirs and are offered it.

    An approved version may be published by any of its authors; a draft only by a lead, and not when the house wants
    a second pair of eyes. The first version needs no reason, every later one does.
    Raises ``Refusal('approval_missing' | 'not_a_draft' | 'note_missing' | 'archived')``.
    """
    require_author(actor, "standards.edit", version.standard)
    standard = Standard.objects.select_for_update().get(pk=version.standard_id)
    if standard.archived_at is not None:
        raise archived()
    version.check_may_hold(alone=may_publish_alone(actor))
    if standard.live_id is not None and not version.change_note.strip():
        text = _("Say what is new and why: everybody who works by it reads that first.")
        raise Refusal("note_missing", text, fields={"change_note": text})
    version.hold(Version.objects.filter(standard=standard))
    _begin_anew(standard, actor, live=version)
    forget()
    happened = StandardPublished(standard_id=standard.pk, version_id=version.pk, number=version.number)
    announce(happened, actor=actor)


@in_one
def confirm_review(*, standard: Standard, actor: Actor) -> None:
    """Somebody has read it again and it is still right. Raises ``Refusal('not_published')``."""
    require_author(actor, "standards.edit", standard)
    row = Standard.objects.select_for_update().filter(pk=standard.pk, live__isnull=False).first()
    if row is None:
        raise Refusal("not_published", _("This standard applies to no case now."))
    _begin_anew(row, actor)
    standard.refresh_from_db()
    announce(StandardReviewed(standard_id=standard.pk), actor=actor)


def _begin_anew(standard: Standard, actor: Actor, **values: Version) -> None:
    """The time until somebody should read it again."""
    now, days = timezone.now(), standard.review_every_days
    Standard.objects.filter(pk=standard.pk).update(
        reviewed_at=now,
        reviewed_by_id=actor.pk if actor.is_agent else None,
        review_at=now + timedelta(days=days) if days else None,
        **values,
    )


def remind_of_reviews(now: datetime) -> int:
    """Announce each review that is due, once, however many clocks strike. Returns how many."""
    untold = Q(reminded_at=None) | Q(reminded_at__lt=F("review_at"))
    due = review_due(now).filter(untold, owner__isnull=False).order_by("review_at", "id")
    return sum(_remind(pk, now) for pk in due.values_list("pk", flat=True)[:_AT_ONCE])


@in_one
def _remind(pk: int, now: datetime) -> bool:
    rows = review_due(now).filter(Q(reminded_at=None) | Q(reminded_at__lt=F("review_at")), pk=pk)
    if not rows.update(reminded_at=now):
        return False
    row = Standard.objects.get(pk=pk)
    assert row.owner_id is not None, "only such rows are asked for"
    assert row.review_at is not None, "only such rows are asked for"
    since = timezone.localdate(row.review_at).isoformat()
    announce(StandardReviewDue(standard_id=pk, owner_id=row.owner_id, since=since), actor=SYSTEM)
    return True
