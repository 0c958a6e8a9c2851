"""What calls do as time passes."""

from otklik.calls.actions import forget_old_recordings, forget_those_who_waited
from otklik.foundation.events.clock import latest_now


def look_after_calls() -> None:
    now = latest_now()
    forget_old_recordings(now)
    forget_those_who_waited(now)
