"""``otklik deadline``: when working time is over, or how much of it lies between two moments."""

import argparse
import json
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from otklik.commands.problems import Problem
from otklik.team.public_days import country_codes
from otklik.team.working_time import Calendar, Pairs, add_working, is_in_order, working_minutes

BAD_FILE: Final = 2
_KEYS: Final = {"name", "time_zone", "week", "exceptions", "names", "country"}
_DAYS: Final = 7


def run(args: argparse.Namespace) -> None:
    with ExitStack() as stack:
        calendar = _read(args.calendar) if args.calendar else _of_team(args, stack)
        zone = ZoneInfo(calendar.time_zone)
        start = _placed(args.start, zone)
        if args.end is not None:
            print(working_minutes(start, _placed(args.end, zone), calendar))
            return
        try:
            print(add_working(start, args.minutes, calendar).astimezone(zone).isoformat())
        except OverflowError as error:
            raise Problem("That is further away than a calendar reaches.") from error


def _placed(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment without its distance from UTC is told by the clocks of the calendar."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _of_team(args: argparse.Namespace, stack: ExitStack) -> Calendar:
    """Only here is a database needed, and Django with it."""
    from otklik.commands.setting import ready  # noqa: PLC0415 - a calendar from a file needs no Django

    stack.enter_context(ready(args))
    from otklik.team.queries import team_asked_first, team_named  # noqa: PLC0415 - Django stands only now

    team = team_named(args.team) or team_asked_first().first()
    if team is None:
        raise Problem("There is no team yet: run `otklik prepare`.")
    return team.working_time


@dataclass(frozen=True, kw_only=True)
class _Read:
    time_zone: str
    week: list[Pairs]
    exceptions: dict[str, Pairs]
    country: str


class _Wrong(Exception):
    """What is wrong in a file, in words."""


def _read(path: Path) -> Calendar:
    """A calendar from a file. Raises ``Problem`` with exit code 2."""
    try:
        return _calendar(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        reason = (error.strerror or "unknown").lower()
        raise Problem(f"{path} cannot be read: {reason}.", exit_code=BAD_FILE) from error
    except (ValueError, RecursionError) as error:
        raise Problem(f"{path} is not JSON in UTF-8.", exit_code=BAD_FILE) from error
    except _Wrong as wrong:
        raise Problem(f"{path}: {wrong}.", exit_code=BAD_FILE) from wrong


def _calendar(given: Any) -> _Read:
    if not isinstance(given, dict):
        raise _Wrong("a calendar is an object with time_zone and week")
    if unknown := sorted(set(given) - _KEYS):
        raise _Wrong(f"there is nothing called {', '.join(map(repr, unknown))} in a calendar")
    week, exceptions = given.get("week"), given.get("exceptions") or {}
    if not isinstance(week, list) or len(week) != _DAYS:
        raise _Wrong("week holds seven days, Monday first")
    if not isinstance(exceptions, dict):
        raise _Wrong("exceptions go by their day, such as 2026-01-09")
    return _Read(
        time_zone=_zone(given.get("time_zone")),
        week=[_day(day, f"day {number} of the week") for number, day in enumerate(week, start=1)],
        exceptions={_iso(day): _day(hours, day) for day, hours in exceptions.items()},
        country=_country(given.get("country")),
    )


def _zone(name: Any) -> str:
    try:
        return ZoneInfo(name).key
    except (TypeError, ValueError, OSError, AttributeError, LookupError):
        raise _Wrong(f"time_zone is a name such as Europe/Moscow, not {name!r}") from None


def _country(code: Any) -> str:
    if code is None or code == "":
        return ""
    if not isinstance(code, str) or code.upper() not in country_codes():
        raise _Wrong(f"country is two letters such as RU, or null; no holidays are known of {code!r}")
    return code.upper()


def _iso(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise _Wrong(f"{day!r} is no day such as 2026-01-09") from None


def _day(hours: Any, name: str) -> Pairs:
    if not isinstance(hours, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in hours):  # noqa: PLR2004
        raise _Wrong(f'{name} is a list of pairs such as ["09:00", "18:00"]')
    pairs = [[_clock(clock, name) for clock in pair] for pair in hours]
    if not is_in_order(pairs):
        raise _Wrong(f"in {name} each interval must end after it begins, one after another")
    return pairs


def _clock(text: Any, name: str) -> str:
    hours, colon, minutes = text.partition(":") if isinstance(text, str) else ("", "", "")
    is_known = colon and hours.isdecimal() and minutes.isdecimal() and len(hours) <= 2 and len(minutes) == 2  # noqa: PLR2004
    if not is_known or int(minutes) > 59 or int(hours) * 60 + int(minutes) > 24 * 60:  # noqa: PLR2004
        raise _Wrong(f"in {name} a clock shows 00:00 to 24:00, not {text!r}")
    return f"{int(hours):02}:{minutes}"
