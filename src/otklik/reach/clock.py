"""What reach does by itself as time passes."""

from otklik.foundation.clock import every
from otklik.reach.actions.intake import take_in_forgotten
from otklik.reach.actions.outbox import mind_the_outbox


@every(minutes=1)
def look_after_the_outbox() -> None:
    mind_the_outbox()


@every(minutes=1)
def look_after_the_letters() -> None:
    take_in_forgotten()
