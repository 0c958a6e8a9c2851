"""What standards do as time passes."""

from otklik.foundation.events.clock import latest_now
from otklik.standards.actions import remind_of_reviews


def remind_owners() -> None:
    remind_of_reviews(latest_now())
