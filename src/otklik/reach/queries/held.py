"""Letters that wait for a person's decision, as far as each may see them."""

import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet, Subquery
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.gauges import gauge
from otklik.reach.adapters.email.glimpse import Glimpse, glimpse
from otklik.reach.adapters.email.reasons import HELD_REASONS
from otklik.reach.models import RawMessage
from otklik.team.queries import team_asked_first

SPAM: Final = "marked_spam"


def held(actor: Actor) -> QuerySet[RawMessage]:
    """Letters that a person must decide about, newest first, as far as the actor may see them."""
    return _held_seen_by(actor).filter(state=RawMessage.State.HELD).exclude(held_reason=SPAM)


def spam(actor: Actor) -> QuerySet[RawMessage]:
    """New letters that a mail server calls spam, newest first: nobody must look, anybody may take one in."""
    return _held_seen_by(actor).filter(state=RawMessage.State.HELD, held_reason=SPAM)


def binned(actor: Actor) -> QuerySet[RawMessage]:
    """Held letters that somebody threw away and that can still be brought back, newest first."""
    return _held_seen_by(actor).filter(deleted_at__isnull=False)


def _held_seen_by(actor: Actor) -> QuerySet[RawMessage]:
    """A held letter belongs to nobody yet: the team of its inbox sees it, or the team that is asked first."""
    rows = RawMessage.objects.exclude(held_reason="").select_related("inbox", "file").order_by("-id")
    if actor.sees_all:
        return rows
    is_first_theirs = Q(In(Subquery(team_asked_first().values("id")), list(actor.team_ids)))
    return rows.filter(Q(inbox__team_id__in=actor.team_ids) | Q(inbox__team=None) & is_first_theirs)


def held_letter(raw_id: int, *, actor: Actor) -> RawMessage:
    """Raises ``Refusal('not_found')`` alike for a letter that nobody held and one out of sight."""
    raw = _held_seen_by(actor).filter(pk=raw_id).first()
    if raw is None:
        raise Refusal("not_found", _("There is no such letter."))
    return raw


def held_letters_in(ids: Collection[int], *, actor: Actor) -> QuerySet[RawMessage]:
    """Those of these letters that somebody held, or threw away, and that the actor may see."""
    return _held_seen_by(actor).filter(pk__in=ids)


@dataclass(frozen=True, kw_only=True)
class HeldView:
    """A held letter as far as it can be read, and in plain words why it is held."""

    raw: RawMessage
    because: str
    seen: Glimpse


def held_view(raw: RawMessage) -> HeldView:
    because = HELD_REASONS.get(raw.held_reason, "")
    return HeldView(raw=raw, because=_(because) if because else raw.held_reason, seen=glimpse(head_of(raw)))


def head_of(raw: RawMessage, most: int = 65_536) -> bytes:
    """The first bytes of a kept letter, at most ``most``, whatever its size."""
    if raw.file is not None:
        with default_storage.open(raw.file.path) as handle:
            return bytes(handle.read(most))
    return zlib.decompressobj().decompress(bytes(raw.body), most) if raw.body else b""


def why_held(reason: str) -> str:
    """A code of ``HELD_REASONS`` as a sentence; '' for what is none."""
    return _(HELD_REASONS[reason]) if reason in HELD_REASONS else ""


@gauge("otklik_held_letters", "Letters that a person must decide about.")
def held_letters() -> int:
    return RawMessage.objects.filter(state=RawMessage.State.HELD).exclude(held_reason=SPAM).count()


@gauge("otklik_mail_lag_seconds", "Age of the oldest kept letter that is not taken in yet.")
def mail_lag_seconds() -> float:
    oldest = RawMessage.objects.filter(state=RawMessage.State.WAITING).order_by("id").values_list("kept_at", flat=True)
    first = oldest.first()
    return max((timezone.now() - first).total_seconds(), 0) if first else 0
