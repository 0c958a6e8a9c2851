"""What the team does as time passes."""

from otklik.foundation.events.clock import latest_now
from otklik.team.actions.presence import bring_back


def see_who_is_back() -> None:
    bring_back(latest_now())
