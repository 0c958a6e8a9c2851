"""Held letters: a person decides."""

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.events.clock import latest_now
from otklik.foundation.files.keeping import forget_files
from otklik.reach.actions.intake import take_in
from otklik.reach.events import HeldDecided
from otklik.reach.models import RawMessage
from otklik.reach.queries import held_letter

IN_THE_BIN: Final = timedelta(days=30)
"""How long a letter that was thrown away can be brought back."""
_AT_ONCE: Final = 500


@transaction.atomic
def release_held(*, raw: RawMessage, actor: Actor) -> None:
    """Take the letter in after all, as far as it can be read; its sender counts as not verified.

    Raises ``Refusal('not_found' | 'changed_meanwhile')``.
    """
    require(actor, "held.decide")
    held_letter(raw.pk, actor=actor)
    _decide(raw, RawMessage.State.WAITING)
    announce(HeldDecided(raw_id=raw.pk, verdict="released"), actor=actor)
    take_in(raw_id=raw.pk, is_released=True)


@transaction.atomic
def delete_held(*, raw: RawMessage, actor: Actor) -> None:
    """Throw the letter away: ``bring_back_held`` may undo it for ``IN_THE_BIN``, then its bytes are gone.

    The row stays, so that the same letter is not taken in again. Raises ``Refusal('not_found' | 'changed_meanwhile')``.
    """
    require(actor, "held.decide")
    held_letter(raw.pk, actor=actor)
    _decide(raw, RawMessage.State.DELETED, deleted_at=timezone.now())
    announce(HeldDecided(raw_id=raw.pk, verdict="deleted"), actor=actor)


@transaction.atomic
def bring_back_held(*, raw: RawMessage, actor: Actor) -> None:
    """Undo the deletion: the letter is held as it was. Raises ``Refusal('not_found' | 'changed_meanwhile')``."""
    require(actor, "held.decide")
    held_letter(raw.pk, actor=actor)
    binned = RawMessage.objects.filter(pk=raw.pk, state=RawMessage.State.DELETED, deleted_at__isnull=False)
    if not binned.update(state=RawMessage.State.HELD, deleted_at=None):
        raise _decided_already()
    announce(HeldDecided(raw_id=raw.pk, verdict="brought_back"), actor=actor)


@transaction.atomic
def empty_the_bin() -> None:
    """Forget the bytes of letters that were thrown away long enough ago."""
    old = RawMessage.objects.select_for_update(skip_locked=True).filter(deleted_at__lt=latest_now() - IN_THE_BIN)
    chosen = list(old.order_by("deleted_at").values_list("id", "file_id")[:_AT_ONCE])
    RawMessage.objects.filter(pk__in=[pk for pk, _file in chosen]).update(body=None, file=None, deleted_at=None)
    forget_files(file_id for _pk, file_id in chosen if file_id)


def _decide(raw: RawMessage, state: RawMessage.State, **changes: Any) -> None:
    if not RawMessage.objects.filter(pk=raw.pk, state=RawMessage.State.HELD).update(state=state, **changes):
        raise _decided_already()


def _decided_already() -> Refusal:
    return Refusal("changed_meanwhile", _("A colleague has already decided about this letter."))
