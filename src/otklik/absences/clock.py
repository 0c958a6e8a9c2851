"""What absences do as time passes."""

from otklik.absences.actions import mind_absences
from otklik.foundation.events.clock import latest_now


def look_at_absences() -> None:
    mind_absences(latest_now())
