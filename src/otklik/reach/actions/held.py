"""Held letters: a person decides."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events import announce
from otklik.reach.actions.intake import take_in
from otklik.reach.events import HeldDecided
from otklik.reach.models import RawMessage
from otklik.reach.queries import held_letter


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
    """Forget the bytes; the row stays, so that the same letter is not taken in again.

    Raises ``Refusal('not_found' | 'changed_meanwhile')``.
    """
    require(actor, "held.decide")
    held_letter(raw.pk, actor=actor)
    _decide(raw, RawMessage.State.DELETED)
    RawMessage.objects.filter(pk=raw.pk).update(body=None, file=None)
    announce(HeldDecided(raw_id=raw.pk, verdict="deleted"), actor=actor)


def _decide(raw: RawMessage, state: RawMessage.State) -> None:
    if not RawMessage.objects.filter(pk=raw.pk, state=RawMessage.State.HELD).update(state=state):
        raise Refusal("changed_meanwhile", _("A colleague has already decided about this letter."))
