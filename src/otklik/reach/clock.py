"""What reach does by itself as time passes."""

from otklik.reach.actions.held import empty_the_bin
from otklik.reach.actions.intake import take_in_forgotten
from otklik.reach.actions.outbox import mind_the_outbox


def look_after_the_outbox() -> None:
    mind_the_outbox()


def look_after_the_letters() -> None:
    take_in_forgotten()


def look_after_the_bin() -> None:
    empty_the_bin()
