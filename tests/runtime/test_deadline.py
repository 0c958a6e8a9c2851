"""``otklik deadline``: one moment or one number on standard output, and words where something is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from otklik.cli import main

LUNCH = [["09:00", "13:00"], ["14:00", "18:00"]]
OFFICE: dict[str, Any] = {
    "time_zone": "Europe/Moscow",
    "week": [LUNCH] * 5 + [[], []],
    "exceptions": {"2026-01-12": []},
    "country": "RU",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path, OFFICE)


def written(folder: Path, calendar: Any) -> Path:
    path = folder / "calendar.json"
    path.write_text(calendar if isinstance(calendar, str) else json.dumps(calendar), encoding="utf-8")
    return path


def asked(*arguments: str, file: Path) -> int:
    return main(["deadline", *arguments, "--calendar", str(file)])


@pytest.mark.parametrize(
    ("start", "minutes", "moment"),
    [
        ("2026-03-06T16:00+03:00", "240", "2026-03-10T11:00:00+03:00"),  # over Women's Day and the Monday for it
        ("2026-03-06T13:00+00:00", "240", "2026-03-10T11:00:00+03:00"),
        ("2026-03-06T16:00", "240", "2026-03-10T11:00:00+03:00"),  # by the clocks of the calendar
        ("2026-04-30T16:30+03:00", "60", "2026-05-04T09:30:00+03:00"),  # the day before a holiday ends at 17
        ("2025-12-30T17:00+03:00", "61", "2026-01-13T09:01:00+03:00"),  # holidays, a moved day, an own exception
        ("2026-03-07T12:00+03:00", "0", "2026-03-07T12:00:00+03:00"),
    ],
)
def test_the_moment_after_so_many_working_minutes(
    file: Path, capsys: pytest.CaptureFixture[str], start: str, minutes: str, moment: str
) -> None:
    assert asked("--start", start, "--minutes", minutes, file=file) == 0

    assert capsys.readouterr().out == f"{moment}\n"


def test_the_minutes_between(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("--start", "2026-03-06T16:00+03:00", "--end", "2026-03-10T11:00+03:00", file=file) == 0

    assert capsys.readouterr().out == "240\n"


def test_without_a_country_no_holiday_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = written(tmp_path, {"time_zone": "Europe/Moscow", "week": [[["20:00", "24:00"]]] * 7, "country": None})

    assert asked("--start", "2026-03-09T23:30+03:00", "--minutes", "60", file=plain) == 0

    assert capsys.readouterr().out == "2026-03-10T20:30:00+03:00\n"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone is a name such as Europe/Moscow, not 'Mars/Olympus'"),
        ({"time_zone": None}, "time_zone is a name"),
        ({"time_zone": "../../etc/passwd"}, "time_zone is a name"),
        ({"week": [LUNCH] * 6}, "week holds seven days, Monday first"),
        ({"week": [[["9am", "18:00"]]] * 7}, "in day 1 of the week a clock shows 00:00 to 24:00, not '9am'"),
        ({"week": [["09:00", "18:00"]] * 7}, "day 1 of the week is a list of pairs"),
        ({"week": [[["18:00", "09:00"]]] * 7}, "each interval must end after it begins"),
        ({"week": [[["09:00", "12:00"], ["11:00", "18:00"]]] * 7}, "one after another"),
        ({"week": [[["09:00", "24:30"]]] * 7}, "not '24:30'"),
        ({"exceptions": {"9 January": []}}, "'9 January' is no day such as 2026-01-09"),
        ({"exceptions": {"2026-02-30": []}}, "'2026-02-30' is no day"),
        ({"exceptions": [1]}, "exceptions go by their day"),
        ({"exceptions": {"2026-01-09": None}}, "2026-01-09 is a list of pairs"),
        ({"country": "Atlantis"}, "no holidays are known of 'Atlantis'"),
        ({"holiday": {}}, "there is nothing called 'holiday' in a calendar"),
    ],
)
def test_a_bad_calendar_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], words: str
) -> None:
    bad = written(tmp_path, OFFICE | changes)

    assert asked("--start", "2026-03-06T16:00+03:00", "--minutes", "1", file=bad) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "\udcff", "[" * 100_000])
def test_what_is_no_calendar_at_all_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    bad = tmp_path / "calendar.json"
    bad.write_bytes(text.encode("utf-8", "surrogateescape"))

    assert asked("--start", "2026-03-06T16:00+03:00", "--minutes", "1", file=bad) == 2

    assert capsys.readouterr().err.startswith(f"otklik: {bad}")


def test_a_file_that_is_not_there_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("--start", "2026-03-06T16:00+03:00", "--minutes", "1", file=tmp_path / "none.json") == 2

    assert "cannot be read: no such file or directory." in capsys.readouterr().err


def test_too_far_away_is_told_in_words(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("--start", "2026-03-06T16:00+03:00", "--minutes", "99999999999", file=file) == 1

    assert capsys.readouterr().err == "otklik: That is further away than a calendar reaches.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--start", "2026-03-06T16:00+03:00"],
        ["--start", "2026-03-06T16:00+03:00", "--minutes", "5", "--end", "2026-03-10T11:00+03:00"],
        ["--start", "yesterday", "--minutes", "5"],
        ["--start", "2026-03-06T16:00+03:00", "--minutes", "-5"],
        ["--start", "2026-03-06T16:00+03:00", "--minutes", "5", "--team", "Service"],
    ],
)
def test_wrong_use_is_64(file: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="64"):
        asked(*arguments, file=file)
