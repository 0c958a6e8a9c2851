"""A restored house is quiet until a person has said what its waiting letters are."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.policies import lift_hold
from otklik.foundation.webhooks.actions import resume_deliveries
from otklik.reach.actions.outbox import deliver_soon
from otklik.reach.events import HouseDecided, MessageCancelled
from otklik.reach.models import Delivery, Message
from otklik.reach.queries import letters_held_back


@in_one
def decide_about_the_restored(*, send: bool, actor: Actor) -> int:
    """Open the doors of a restored house: its waiting letters leave, or are taken back because they left long ago.

    Returns how many letters it was about. Raises ``Refusal('changed_meanwhile')`` when somebody has decided before.
    """
    require(actor, "reach.edit")
    if not lift_hold():
        raise Refusal("changed_meanwhile", _("A colleague has already decided about these letters."))
    letters = list(letters_held_back().select_related("conversation"))
    if send:
        deliver_soon([letter.pk for letter in letters])
    else:
        _take_back(letters, actor)
    resume_deliveries(send=send)
    announce(HouseDecided(letters=len(letters), is_sent=send), actor=actor)
    return len(letters)


def _take_back(letters: Sequence[Message], actor: Actor) -> None:
    waiting = Delivery.objects.filter(message__in=letters, state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])
    waiting.update(state=Delivery.State.CANCELLED)
    for letter in letters:
        announce(MessageCancelled(message_id=letter.pk, conversation_id=letter.conversation_id), actor=actor)
