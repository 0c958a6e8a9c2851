"""Calendars for tests, not stored."""

from otklik.team.models import WorkingTime
from otklik.team.working_time import OFFICE

type Week = list[list[list[str]]]


def calendar(
    week: Week = OFFICE, *, time_zone: str = "Europe/Moscow", country: str = "", **exceptions: list[list[str]]
) -> WorkingTime:
    """``d2026_12_31=[…]`` is an exception on that day."""
    named = {day.removeprefix("d").replace("_", "-"): hours for day, hours in exceptions.items()}
    return WorkingTime(name="x", time_zone=time_zone, week=week, exceptions=named, country=country)
