"""What people write and change again, in numbered versions: a draft, a second pair of eyes, what holds, what held.

An app brings the words (fields of its own) and says who may do what; the way from a draft to what holds is here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal


class Numbered(models.Model):
    """A version by its number, who wrote it and why. ``as_in``: the earlier version whose words it has again."""

    number = models.PositiveIntegerField()
    change_note = models.CharField(max_length=200, blank=True)
    as_in = models.PositiveIntegerField(null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True

    @property
    def since(self) -> datetime:
        """Since when it stands as it does."""
        return self.created_at

    @property
    def approver(self) -> Any:
        """Whoever approved it, None where nobody had to."""
        return None


class Drafted(Numbered):
    """A version that is written for a while and then holds.

    ``edits`` counts savings of a draft, so that of two authors the second is told. ``writers``: everybody who changed
    its words, the author among them; ``approved_by`` is none of them. ``as_in`` holds until somebody changes the words.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        WAITING = "waiting"
        APPROVED = "approved"
        LIVE = "live"
        PAST = "past"

    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    writers = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    returned_because = models.TextField(blank=True)
    edits = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True

    @property
    def since(self) -> datetime:
        return self.published_at or self.changed_at

    @property
    def approver(self) -> Any:
        return self.approved_by

    def move(self, *, from_: Sequence[str], to: str, **values: Any) -> None:
        """A conditional update: of two people only one wins. Raises ``Refusal('not_a_draft' | 'not_waiting')``."""
        rows = type(self)._default_manager.filter(pk=self.pk, state__in=from_)
        if not rows.update(state=to, changed_at=Now(), **values):
            code = "not_a_draft" if self.State.DRAFT in from_ else "not_waiting"
            raise Refusal(code, _("This version has moved on meanwhile. Look at it again."))
        self.refresh_from_db()

    def save_words(self, words: Mapping[str, Any], *, note: str, actor: Actor, edits: int | None) -> Self:
        """Save the draft. ``edits``: the count the author saw; None overwrites whatever is there.

        Raises ``Refusal('changed_meanwhile' | 'not_a_draft')``.
        """
        rows = type(self)._default_manager.select_for_update(of=("self",)).filter(pk=self.pk, state=self.State.DRAFT)
        now = rows.first()
        if now is None:
            raise not_a_draft()
        if edits is not None and now.edits != edits:
            raise Refusal("changed_meanwhile", _("Somebody else has saved this draft meanwhile. Your text is kept."))
        values: dict[str, Any] = {**words, "change_note": note}
        if any(getattr(now, field) != value for field, value in words.items()):
            values |= {"writers": list(dict.fromkeys([*now.writers, *_writing(actor)])), "as_in": None}
        rows.update(**values, edits=F("edits") + 1, changed_at=Now())
        self.refresh_from_db()
        return self

    # ── A second pair of eyes ─────────────────────────────────────────────────────────────
    def offer(self) -> None:
        """Ask a colleague to look at the draft. Raises ``Refusal('not_a_draft')``."""
        self.move(from_=[self.State.DRAFT], to=self.State.WAITING, returned_because="")

    def approve(self, actor: Actor) -> None:
        """A second person agrees, who has changed nothing in it. Raises ``Refusal('own_words' | 'not_waiting')``."""
        self.refresh_from_db()
        if actor.pk is not None and actor.pk in {self.author_id, *self.writers}:
            raise Refusal("own_words", _("Somebody who has not written in it has to approve this."))
        self.move(from_=[self.State.WAITING], to=self.State.APPROVED, approved_by_id=actor.pk)

    def send_back(self, because: str, **values: Any) -> None:
        """Return it to the author with a reason. Raises ``Refusal('reason_missing' | 'not_waiting')``."""
        if not because.strip():
            text = _("Tell the author what to change.")
            raise Refusal("reason_missing", text, fields={"because": text})
        self.take_back(returned_because=because.strip(), **values)

    def take_back(self, **values: Any) -> None:
        """It is a draft again. Raises ``Refusal('not_waiting')``."""
        waiting = [self.State.WAITING, self.State.APPROVED]
        self.move(from_=waiting, to=self.State.DRAFT, approved_by_id=None, **values)

    def check_may_hold(self, *, alone: bool) -> None:
        """Whether it may hold now; ``alone``: without anybody's approval. Raises ``Refusal('approval_missing')``."""
        self.refresh_from_db()
        if self.state != self.State.APPROVED and not alone:
            raise Refusal("approval_missing", _("A colleague has to approve this first."))

    def hold(self, siblings: models.QuerySet[Any]) -> None:
        """It holds from now on; the one of its ``siblings`` that held is past. Raises ``Refusal('not_a_draft')``."""
        siblings.filter(state=self.State.LIVE).update(state=self.State.PAST)
        self.move(from_=IN_WORK, to=self.State.LIVE, published_at=timezone.now())

    def drop(self) -> None:
        """Throw the draft away. Raises ``Refusal('not_a_draft')``."""
        rows = type(self)._default_manager.filter(pk=self.pk, state=self.State.DRAFT)
        if not rows.delete()[0]:
            raise not_a_draft()


IN_WORK = (Drafted.State.DRAFT, Drafted.State.WAITING, Drafted.State.APPROVED)


def begun(versions: models.QuerySet[Any], actor: Actor) -> dict[str, Any]:
    """What a new version says of itself: the next number of its ``versions``, and who begins it."""
    last = versions.order_by("-number").values_list("number", flat=True).first() or 0
    writing = _writing(actor)
    return {"number": last + 1, "author_id": writing[0] if writing else None, "writers": writing}


def draft_in_work() -> Refusal:
    return Refusal("draft_in_work", _("Finish or drop the draft first: a new one would replace it."))


def not_a_draft() -> Refusal:
    return Refusal("not_a_draft", _("This version is no longer a draft. Start a new one."))


def _writing(actor: Actor) -> list[int]:
    return [actor.pk] if actor.is_agent and actor.pk else []
