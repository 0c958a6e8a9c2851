"""Whose phone rings at which number inside of the exchange."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from otklik.calls.events import NumbersChanged
from otklik.calls.models import Extension
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce


@in_one
def save_extensions(*, numbers: Mapping[int, str], actor: Actor) -> None:
    """Agent → number, '' for none. Raises ``Refusal('extension_taken')`` for a number that two have."""
    require(actor, "calls.edit")
    wanted = {agent: " ".join(number.split())[:60] for agent, number in numbers.items()}
    given = [number for number in wanted.values() if number]
    if len(set(given)) < len(given):
        raise Refusal("extension_taken", _("One number cannot ring at two colleagues' phones."))
    before = dict(Extension.objects.filter(agent__in=list(wanted)).values_list("agent_id", "number"))
    changed = {agent: number for agent, number in wanted.items() if before.get(agent, "") != number}
    if not changed:
        return
    Extension.objects.filter(agent__in=list(changed)).delete()
    Extension.objects.bulk_create(
        [Extension(agent_id=agent, number=number) for agent, number in changed.items() if number]
    )
    announce(NumbersChanged(), actor=actor)
