"""The page of a calendar: its year as a picture, a letter that comes, and what is typed before it is saved."""

from typing import Any

import pytest
import time_machine
from django.utils import timezone

from otklik.foundation.actors import SYSTEM, Role
from otklik.team.actions import edit_team, set_working_time
from otklik.team.forms.working_time import COUNTRIES
from otklik.team.models import Agent, Team, WorkingTime
from otklik.team.public_days import country_codes
from otklik.team.queries import lay_out_calendars
from otklik.team.working_time import OFFICE, hours_of
from otklik.team.year import Look, year_of
from tests.building import make_agent, refused
from tests.desk.visiting import desk
from tests.team.calendars import calendar

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/settings/calendars/"
TYPED: dict[str, Any] = {
    "name": "Офис",
    "time_zone": "Europe/Moscow",
    "country": "RU",
    **{f"day_{number}": "9:00-18:00" for number in range(5)},
    "exceptions": "2026-12-30 9:00-14:00 Итоги года\n2026-12-29\n2026-12-28 8:00-9:00, 10:00-11:00",
}


@pytest.fixture
def admin() -> Agent:
    return make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)


def test_country_and_named_exceptions_are_kept_and_shown_again(admin: Agent) -> None:
    answer = desk(admin).post(f"{ADDRESS}new", TYPED)

    row = WorkingTime.objects.get(name="Офис")
    assert answer.headers["Location"] == f"{ADDRESS}{row.pk}"
    assert row.country == "RU"
    assert row.exceptions == {
        "2026-12-28": [["08:00", "09:00"], ["10:00", "11:00"]],
        "2026-12-29": [],
        "2026-12-30": [["09:00", "14:00"]],
    }
    assert row.names == {"2026-12-30": "Итоги года"}
    page = desk(admin).get(f"{ADDRESS}{row.pk}?year=2026").text
    assert "2026-12-28 08:00-09:00, 10:00-11:00\n2026-12-29\n2026-12-30 09:00-14:00 Итоги года</textarea>" in page
    assert "Своё исключение: Итоги года" in page


@pytest.mark.parametrize("line", ["30 декабря", "2026-12-30 9:00-25:00", "2026-12-30 18:00-9:00", "2026-02-30"])
def test_an_exception_that_cannot_be_read_is_told_at_its_field(admin: Agent, line: str) -> None:
    page = desk(admin).post(f"{ADDRESS}new", TYPED | {"exceptions": line})

    assert page.status_code == 422
    assert f"«{line}»: напишите дату, часы и название" in page.text
    assert not WorkingTime.objects.filter(name="Офис").exists()


@time_machine.travel("2026-12-02T12:00+03:00")
def test_a_letter_that_comes_on_friday_evening_is_answered_on_monday(admin: Agent) -> None:
    row = set_working_time(name="Офис", time_zone="Europe/Moscow", week=OFFICE, country="RU", actor=SYSTEM)

    plain = desk(admin).get(f"{ADDRESS}{row.pk}").text
    asked = desk(admin).get(f"{ADDRESS}{row.pk}?at=2026-04-30T16:30&minutes=60&year=2027").text

    assert "пятница, 4 декабря, 17:30. Ответ не позже: <b>понедельник, 7 декабря, 12:30</b>" in plain
    assert "2026: 247 рабочих дней" in " ".join(plain.split())
    assert (
        "четверг, 30 апреля, 16:30. Ответ не позже: <b>понедельник, 4 мая, 9:30</b>".replace(" 9:30", " 09:30") in asked
    )
    assert "2027: 247 рабочих дней" in " ".join(asked.split())


def test_what_is_asked_badly_falls_back_and_is_no_error(admin: Agent) -> None:
    row = set_working_time(name="Офис", time_zone="Europe/Moscow", week=OFFICE, actor=SYSTEM)

    page = desk(admin).get(f"{ADDRESS}{row.pk}?at=tomorrow&minutes=-5&year=99999")

    assert page.status_code == 200
    assert "17:30. Ответ не позже:" in page.text


def test_the_picture_follows_what_is_typed_and_nothing_is_saved(admin: Agent) -> None:
    row = set_working_time(name="Офис", time_zone="Europe/Moscow", week=OFFICE, country="RU", actor=SYSTEM)
    letter = {"at": "2026-12-04T17:30", "minutes": "60", "year": "2026"}

    shown = desk(admin).post(f"{ADDRESS}{row.pk}/shown", TYPED | letter | {"name": "", "day_5": "10:00-11:00"}).text
    bad = desk(admin).post(f"{ADDRESS}{row.pk}/shown", TYPED | letter | {"day_5": "10:00-"}).text
    new = (
        desk(admin).post(f"{ADDRESS}new", {"name": ""}).status_code,
        desk(admin).post(f"{ADDRESS}shown", TYPED | letter).text,
    )

    assert "суббота, 5 декабря, 10:30" in shown
    assert "показано сохранённое" not in shown
    assert "понедельник, 7 декабря, 09:30" in bad
    assert "показано сохранённое" in bad
    assert new[0] == 422
    assert "понедельник, 7 декабря, 09:30" in new[1]
    assert WorkingTime.objects.get(pk=row.pk).week == OFFICE


def test_the_page_tells_which_teams_work_by_it_and_the_team_leads_to_it(admin: Agent) -> None:
    row = set_working_time(name="Офис", time_zone="Europe/Moscow", week=OFFICE, actor=SYSTEM)
    team = Team.objects.get()
    edit_team(team=team, name="Магазин", working_time=row, is_first=True, actor=SYSTEM)

    assert "Магазин" in desk(admin).get(f"{ADDRESS}{row.pk}").text
    assert f'href="{ADDRESS}{row.pk}"' in desk(admin).get(f"/desk/settings/teams/{team.pk}").text


def test_each_kind_of_day_has_its_look() -> None:
    russia = calendar(country="RU", d2024_12_27=[], d2024_12_26=[["09:00", "12:00"]])

    year = year_of(russia, {"2024-12-27": "Переезд"}, 2024)

    looks = {day.on.isoformat(): day.look for day in year.days}
    assert (looks["2024-05-09"], looks["2024-05-10"], looks["2024-05-08"]) == (
        Look.HOLIDAY, Look.DAY_OFF, Look.SHORTENED,
    )  # fmt: skip
    assert (looks["2024-04-27"], looks["2024-05-13"], looks["2024-05-12"]) == (Look.WORKING, Look.WORK, Look.FREE)
    assert (looks["2024-12-27"], looks["2024-12-26"]) == (Look.OWN, Look.OWN)
    assert {day.on.isoformat(): day.name for day in year.differing}["2024-12-27"] == "Переезд"
    assert {look for look, _words, _sign in year.keys} == set(Look)
    assert [month.before for month in year.months][:2] == [range(0), range(3)]
    assert (year.working_days, len(year.days)) == (247, 366)


def test_a_day_that_is_free_anyway_is_not_called_shorter() -> None:
    week = [[["09:00", "18:00"]]] * 3 + [[]] * 4

    year = year_of(calendar(week, country="RU"), {}, 2026)

    assert {day.on.isoformat(): day.look for day in year.days}["2026-04-30"] == Look.FREE


def test_holidays_of_a_country_that_nobody_knows_are_refused() -> None:
    with refused("country_unknown"):
        set_working_time(name="Офис", time_zone="UTC", week=OFFICE, country="XX", actor=SYSTEM)

    assert {code for code, _name in COUNTRIES} <= country_codes()


def test_the_web_server_lays_out_every_calendar_before_its_processes_part() -> None:
    row = set_working_time(name="Офис", time_zone="Asia/Omsk", week=OFFICE, country="KZ", actor=SYSTEM)

    lay_out_calendars()

    assert list(hours_of(row)._years) == [timezone.now().year]
