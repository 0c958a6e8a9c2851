"""Russia's production calendar 2013–2027, right to the day, and what the house knows of other countries."""

from collections import Counter
from datetime import date, timedelta

import holidays
import pytest

from otklik.team.public_days import CountryUnknown, Kind, country_codes, public_days
from otklik.team.working_time import day_of
from tests.team.calendars import calendar

OFFICIAL = {  # year: working days, hours of a week of 40 hours; weekdays off; working Saturdays; an hour less
    2013: (247, 1970, "0101-0104 0107-0108 0308 0501-0503 0509-0510 0612 1104", "",
           "0222 0307 0430 0508 0611 1231"),
    2014: (247, 1970, "0101-0103 0106-0108 0310 0501-0502 0509 0612-0613 1103-1104", "",
           "0224 0307 0430 0508 0611 1231"),
    2015: (247, 1971, "0101-0102 0105-0109 0223 0309 0501 0504 0511 0612 1104", "",
           "0430 0508 0611 1103 1231"),
    2016: (247, 1974, "0101 0104-0108 0222-0223 0307-0308 0502-0503 0509 0613 1104", "0220", "0220 1103"),
    2017: (247, 1973, "0102-0106 0223-0224 0308 0501 0508-0509 0612 1106", "", "0222 0307 1103"),
    2018: (247, 1970, "0101-0105 0108 0223 0308-0309 0430 0501-0502 0509 0611-0612 1105 1231", "0428 0609 1229",
           "0222 0307 0428 0508 0609 1229"),
    2019: (247, 1970, "0101-0104 0107-0108 0308 0501-0503 0509-0510 0612 1104", "", "0222 0307 0430 0508 0611 1231"),
    2020: (248, 1979, "0101-0103 0106-0108 0224 0309 0501 0504-0505 0511 0612 1104", "", "0430 0508 0611 1103 1231"),
    2021: (247, 1972, "0101 0104-0108 0222-0223 0308 0503 0510 0614 1104-1105 1231", "0220", "0220 0430 0611 1103"),
    2022: (247, 1973, "0103-0107 0223 0307-0308 0502-0503 0509-0510 0613 1104", "0305", "0222 0305 1103"),
    2023: (247, 1973, "0102-0106 0223-0224 0308 0501 0508-0509 0612 1106", "", "0222 0307 1103"),
    2024: (248, 1979, "0101-0105 0108 0223 0308 0429-0430 0501 0509-0510 0612 1104 1230-1231", "0427 1102 1228",
           "0222 0307 0508 0611 1102"),
    2025: (247, 1972, "0101-0103 0106-0108 0501-0502 0508-0509 0612-0613 1103-1104 1231", "1101",
           "0307 0430 0611 1101"),
    2026: (247, 1972, "0101-0102 0105-0109 0223 0309 0501 0511 0612 1104 1231", "", "0430 0508 0611 1103"),
    2027: (247, 1972, "0101 0104-0108 0222-0223 0308 0503 0510 0614 1104-1105 1231", "0220", "0220 0430 0611 1103"),
}  # fmt: skip
EIGHT_HOURS = [[["09:00", "13:00"], ["14:00", "18:00"]]] * 5 + [[], []]
RUSSIA = calendar(EIGHT_HOURS, country="RU")


def days(year: int, written: str) -> set[date]:
    found: set[date] = set()
    for part in written.split():
        first, _dash, last = part.partition("-")
        day, end = (date(year, int(text[:2]), int(text[2:])) for text in (first, last or first))
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return found


def year_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=one) for one in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", OFFICIAL)
def test_russia_is_right_to_the_day(year: int) -> None:
    working_days, hours, off, saturdays, shorter = OFFICIAL[year]

    minutes = {day: sum(closes - opens for opens, closes in day_of(RUSSIA, day).minutes) for day in year_of(year)}

    assert {day for day in minutes if day.weekday() < 5 and not minutes[day]} == days(year, off)
    assert {day for day in minutes if day.weekday() > 4 and minutes[day]} == days(year, saturdays)
    assert {day for day in minutes if minutes[day] == 7 * 60} == days(year, shorter)
    assert len([day for day in minutes if minutes[day]]) == working_days
    assert sum(minutes.values()) == hours * 60


def test_a_working_saturday_has_the_hours_of_the_day_it_stands_for() -> None:
    shorter_on_fridays = calendar([[["09:00", "18:00"]]] * 4 + [[["09:00", "16:45"]], [], []], country="RU")

    assert day_of(shorter_on_fridays, date(2024, 4, 27)).minutes == ((540, 1080),)  # for Monday 29 April
    assert day_of(shorter_on_fridays, date(2024, 11, 2)).minutes == (
        (540, 1020),
    )  # for Tuesday 30 April, before a holiday
    assert day_of(shorter_on_fridays, date(2024, 5, 8)).minutes == ((540, 1020),)


def test_who_works_on_saturdays_keeps_their_own_hours_on_a_moved_one() -> None:
    six_days = calendar([[["09:00", "18:00"]]] * 5 + [[["10:00", "14:00"]], []], country="RU")

    assert day_of(six_days, date(2024, 4, 27)).minutes == ((600, 840),)
    assert day_of(six_days, date(2024, 11, 2)).minutes == ((600, 780),)


def test_an_hour_less_is_taken_from_the_end_even_if_that_is_a_whole_interval() -> None:
    late = calendar([[["09:00", "17:00"], ["17:30", "18:00"]]] * 5 + [[], []], country="RU")

    assert day_of(late, date(2026, 4, 30)).minutes == ((540, 990),)


def test_an_own_exception_wins_over_a_holiday_and_over_a_shortened_day() -> None:
    own = calendar(EIGHT_HOURS, country="RU", d2026_05_01=[["10:00", "14:00"]], d2026_04_30=[["09:00", "18:00"]])

    assert day_of(own, date(2026, 5, 1)).minutes == ((600, 840),)
    assert day_of(own, date(2026, 4, 30)).minutes == ((540, 1080),)
    assert day_of(own, date(2026, 4, 30)).is_own


def test_days_are_told_apart_and_named_in_both_languages() -> None:
    russian, english = public_days("RU", 2026, "ru"), public_days("RU", 2026, "en")

    assert russian[date(2026, 5, 9)].name == "День Победы"
    assert english[date(2026, 5, 9)].name == "Victory Day"
    assert english[date(2026, 5, 9)].kind is Kind.HOLIDAY
    assert english[date(2026, 5, 11)].kind is Kind.DAY_OFF
    assert english[date(2026, 1, 9)].kind is Kind.DAY_OFF
    assert english[date(2026, 4, 30)].kind is Kind.SHORTENED
    assert public_days("RU", 2027, "en")[date(2027, 2, 20)].kind is Kind.WORKING
    assert Counter(one.kind for one in russian.values()) == Counter(one.kind for one in english.values())


def test_other_countries_come_from_the_package() -> None:
    assert public_days("DE", 2026, "en")[date(2026, 12, 25)].name == "Christmas Day"
    assert date(2026, 4, 6) in public_days("DE", 2026)
    assert public_days("", 2026) == {}
    assert {"RU", "BY", "KZ", "DE", "US"} <= country_codes()
    assert country_codes() == set(holidays.list_supported_countries(include_aliases=False))


def test_no_calendar_is_invented_for_a_country_nobody_knows() -> None:
    with pytest.raises(CountryUnknown):
        public_days("XX", 2026)
