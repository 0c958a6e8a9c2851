from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from otklik.ui import words

NOW = datetime(2026, 11, 19, 11, 35, tzinfo=UTC)  # 14:35 in Moscow


@pytest.fixture(autouse=True)
def _moscow() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Moscow")):
        yield


@pytest.mark.parametrize(
    ("moment", "russian", "english"),
    [
        (datetime(2026, 11, 19, 11, 2, tzinfo=UTC), "сегодня, 14:02", "today, 14:02"),
        (datetime(2026, 11, 18, 21, 5, tzinfo=UTC), "сегодня, 00:05", "today, 00:05"),
        (datetime(2026, 11, 18, 20, 55, tzinfo=UTC), "вчера, 23:55", "yesterday, 23:55"),
        (datetime(2026, 11, 20, 10, 0, tzinfo=UTC), "завтра, 13:00", "tomorrow, 13:00"),
        (datetime(2026, 5, 12, 13, 20, tzinfo=UTC), "12 мая, 16:20", "12 May, 16:20"),
        (datetime(2025, 12, 20, 13, 20, tzinfo=UTC), "20 дек 2025, 16:20", "20 Dec 2025, 16:20"),
    ],
)
def test_when(moment: datetime, russian: str, english: str) -> None:
    with translation.override("ru"):
        assert words.when(moment, now=NOW) == russian
    with translation.override("en"):
        assert words.when(moment, now=NOW) == english


@pytest.mark.parametrize(
    ("ago", "russian", "english"),
    [
        (timedelta(minutes=33), "14:02", "14:02"),
        (timedelta(days=1), "вчера", "yesterday"),
        (timedelta(days=2), "17 ноя", "17 Nov"),
        (timedelta(days=-1), "20 ноя", "20 Nov"),
    ],
)
def test_when_short(ago: timedelta, russian: str, english: str) -> None:
    with translation.override("ru"):
        assert words.when_short(NOW - ago, now=NOW) == russian
    with translation.override("en"):
        assert words.when_short(NOW - ago, now=NOW) == english


@pytest.mark.parametrize(
    ("left", "russian", "english"),
    [
        (timedelta(minutes=25, seconds=40), "ещё 25 мин", "25 min left"),
        (timedelta(seconds=20), "ещё 1 мин", "1 min left"),
        (timedelta(minutes=-12), "−12 мин", "−12 min"),
        (timedelta(days=-3, hours=-14, minutes=-9), "−3 дня 14 ч", "−3 days 14 h"),
        (timedelta(days=-21), "−21 день", "−21 days"),
        (timedelta(hours=2, minutes=25), "до 17:00", "by 17:00"),
        (timedelta(hours=22, minutes=25), "завтра до 13:00", "by 13:00 tomorrow"),
        (timedelta(days=5), "до 24 ноя, 14:35", "by 24 Nov, 14:35"),
    ],
)
def test_time_left(left: timedelta, russian: str, english: str) -> None:
    with translation.override("ru"):
        assert words.time_left(NOW + left, now=NOW) == russian
    with translation.override("en"):
        assert words.time_left(NOW + left, now=NOW) == english


@pytest.mark.parametrize(
    ("size", "russian", "english"),
    [
        (0, "0 Б", "0 B"),
        (1023, "1023 Б", "1023 B"),
        (188_416, "184 КБ", "184 KB"),
        (1_048_500, "1 МБ", "1 MB"),
        (2_202_010, "2,1 МБ", "2.1 MB"),
        (52_428_800, "50 МБ", "50 MB"),
        (5_905_580_032, "5,5 ГБ", "5.5 GB"),
    ],
)
def test_filesize(size: int, russian: str, english: str) -> None:
    with translation.override("ru"):
        assert words.filesize(size).replace("\N{NO-BREAK SPACE}", " ") == russian
    with translation.override("en"):
        assert words.filesize(size).replace("\N{NO-BREAK SPACE}", " ") == english


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ольга Вересаева", "ОВ"),
        ("Ольга Сергеевна Вересаева", "ОВ"),
        ("ООО «Северсталь-Сервис»", "С"),
        ("ян", "Я"),
        ("ivan@mail.example", "I"),
        ("+7 900 555-01-42", ""),
        ("", ""),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert words.initials(name) == expected


def test_a_hue_stays_with_the_name() -> None:
    assert words.hue("Ольга Вересаева") == words.hue(" ольга вересаева ")
    assert {words.hue(f"Имя {number}") for number in range(100)} == {1, 2, 3, 4, 5, 6}


def test_a_ring_never_leaves_its_circle() -> None:
    dashes = [words.ring_dash(share) for share in (-1, 0, 0.86, 1, 7)]

    assert dashes == ["0 100", "0 100", "86 100", "100 100", "100 100"]


def test_share_spent() -> None:
    start, deadline = NOW - timedelta(hours=3), NOW + timedelta(hours=1)

    assert words.share_spent(start, deadline, now=NOW) == 0.75
    assert words.share_spent(NOW, NOW, now=NOW) == 1.0


@pytest.mark.parametrize(
    ("phone", "link"),
    [("8 800 555-01-42", "tel:+78005550142"), ("+7 (900) 555-01-42", "tel:+79005550142"), ("112", "tel:112")],
)
def test_phone_link(phone: str, link: str) -> None:
    assert words.phone_link(phone) == link


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+79161234567", "8 (916) 123-45-67"),
        ("8 800 555-01-42", "8 (800) 555-01-42"),
        ("+37412345678", "+374 12 345678"),
        ("доб. 12", "доб. 12"),
        ("112", "112"),
        ("", ""),
    ],
)
def test_a_phone_is_shown_as_people_write_it(number: str, shown: str) -> None:
    assert words.phone(number) == shown
