"""Days and months as a team lives them: by the clock of its working time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from otklik.foundation.zones import zone_named
from otklik.team.queries import team_by_id


@dataclass(frozen=True, kw_only=True)
class Month:
    """From its first moment until before that of the next. ``name``: ``2026-11``."""

    name: str
    begins: datetime
    ends: datetime


def zone_of_team(team_id: int) -> ZoneInfo:
    return zone_named(team_by_id(team_id).working_time.time_zone) or ZoneInfo("UTC")


def month_of(team_id: int, now: datetime) -> Month:
    local = now.astimezone(zone_of_team(team_id))
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return Month(name=f"{first:%Y-%m}", begins=first, ends=following)


def day_began(team_id: int, now: datetime) -> datetime:
    """The midnight before ``now`` where the team is."""
    return now.astimezone(zone_of_team(team_id)).replace(hour=0, minute=0, second=0, microsecond=0)
