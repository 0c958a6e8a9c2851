"""What an answer promises in words: found where a person would find it, and nowhere else."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from otklik.promises.wording import InWords, promised_in
from otklik.team.models import WorkingTime

MOSCOW = ZoneInfo("Europe/Moscow")
LUNCH = [["09:00", "13:00"], ["14:00", "18:00"]]
OFFICE = WorkingTime(name="Офис", time_zone="Europe/Moscow", week=[LUNCH] * 5 + [[], []], exceptions={})
WEDNESDAY = datetime(2026, 3, 4, 10, 0, tzinfo=MOSCOW)


def found(text: str, at: datetime = WEDNESDAY) -> InWords | None:
    return promised_in(text, at=at, calendar=OFFICE)


def by(text: str, at: datetime = WEDNESDAY) -> str:
    """The moment on Moscow's clocks, '' without one."""
    one = found(text, at)
    return f"{one.due_at.astimezone(MOSCOW):%d.%m %H:%M}" if one else ""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Отвечу до 15:00.", "04.03 15:00"),
        ("Здравствуйте, Иван! Я отвечу вам до 15.00", "04.03 15:00"),
        ("Иван, отвечу не позднее 15:00, хорошо.", "04.03 15:00"),
        ("Напишу вам завтра до обеда.", "05.03 13:00"),
        ("Завтра до обеда я вам всё напишу", "05.03 13:00"),
        ("Сообщу завтра, до 11:30.", "05.03 11:30"),
        ("Вернусь с ответом сегодня до конца дня", "04.03 18:00"),
        ("Вернусь к вам в пятницу", "06.03 18:00"),
        ("Отвечу до пятницы", "05.03 18:00"),
        ("Ответим к понедельнику", "06.03 18:00"),
        ("Отвечу в пятницу к 12:00", "06.03 12:00"),
        ("Пришлю чек 6 марта", "06.03 18:00"),
        ("Пришлю чек до 06.03", "06.03 18:00"),
        ("Отвечу 10.03.2026 до 9:15", "10.03 09:15"),
        ("Отвечу через два часа", "04.03 12:00"),
        ("Напишу через полчаса", "04.03 10:30"),
        ("Отвечу в течение часа", "04.03 11:00"),
        ("Отвечу в течение 20 минут", "04.03 10:20"),
        ("Отвечу в течение двух рабочих дней", "06.03 18:00"),
        ("Отвечу через 3 дня", "07.03 18:00"),
        ("Дам знать до конца недели", "06.03 18:00"),
        ("Отвечу до 3 часов дня", "04.03 15:00"),
        ("Отвечу к 9 утра завтра", "05.03 09:00"),
        ("Свяжусь с вами послезавтра", "06.03 18:00"),
        ("**Отвечу** завтра вечером", "05.03 18:00"),
        ("I'll get back to you by Friday.", "06.03 18:00"),
        ("I will reply today by 3 pm", "04.03 15:00"),
        ("We'll let you know by 15:00 tomorrow.", "05.03 15:00"),
        ("I’ll write to you before noon", "04.03 13:00"),
        ("I'll have an answer by the end of the day", "04.03 18:00"),
        ("We will be in touch within two business days", "06.03 18:00"),
        ("I will get back to you within an hour, Ivan.", "04.03 11:00"),
        ("I'll follow up on March 6", "06.03 18:00"),
        ("I'll get back to you no later than 4 p.m.", "04.03 16:00"),
    ],
)
def test_a_promise_is_found_with_its_moment(text: str, moment: str) -> None:
    assert by(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо, учебник едет.",
        "Отвечу скоро.",
        "Отвечу, как только узнаю, завтра или в пятницу.",
        "Если до 15:00 ничего не придёт, я отвечу.",
        "Пришлите, пожалуйста, чек до 15:00.",
        "Вы ответите до 15:00?",
        "Мы не ответим до пятницы.",
        "Постараюсь, отвечу до 15:00, но обещать не могу.",
        "Курьер привезёт книгу завтра до 13:00.",
        "Жду вашего ответа до пятницы, и я напишу.",
        "Вы писали: «отвечу до 15:00».",
        "> Отвечу до 15:00",
        "Статья «Напишу завтра» поможет.",
        "Я обещала: отвечу до 15:00",
        "Отвечу до 9:30.",
        "Отвечу вчера",
        "Отвечу 32.13",
        "Склад работает до 18:00, отвечу.",
        "Please send the receipt by Friday.",
        "I'll reply if you send it by Friday.",
        "I won't get back to you by Friday.",
        "I'll get back to you when the courier comes on Friday.",
        'You said "I\'ll reply by Friday".',
        "I might reply by 3 pm",
        "The parcel will arrive by Friday.",
        "Best,\n-- \nI'll reply by 15:00",
        "",
    ],
)
def test_what_is_no_promise_is_none(text: str) -> None:
    assert found(text) is None


def test_a_call_is_told_from_a_word() -> None:
    one, other = found("Перезвоню завтра в 10:00."), found("I'll call you tomorrow at 10:00")

    assert one is not None
    assert other is not None
    assert (one.kind, other.kind) == ("call_back", "call_back")
    assert one.due_at == other.due_at == datetime(2026, 3, 5, 7, 0, tzinfo=UTC)
    assert one.words == "Перезвоню завтра в 10:00."


def test_the_first_one_counts() -> None:
    assert by("Проверяем. Напишу сегодня до 17:00. А в пятницу отвечу полностью.") == "04.03 17:00"


def test_a_team_elsewhere_has_its_own_clock() -> None:
    samara = WorkingTime(name="x", time_zone="Europe/Samara", week=[[["09:00", "18:00"]]] * 7, exceptions={})

    one = promised_in("Отвечу до 15:00", at=WEDNESDAY, calendar=samara)

    assert one is not None
    assert one.due_at == datetime(2026, 3, 4, 11, 0, tzinfo=UTC)


def test_the_end_of_a_short_day_is_its_end() -> None:
    short = WorkingTime(
        name="x", time_zone="Europe/Moscow", week=[LUNCH] * 7, exceptions={"2026-03-05": [["09:00", "12:00"]]}
    )

    one = promised_in("Отвечу завтра", at=WEDNESDAY, calendar=short)

    assert one is not None
    assert one.due_at == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def test_a_long_text_is_read_in_no_time() -> None:
    assert found("Отвечу, " * 100_000) is None
