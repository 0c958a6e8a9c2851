"""Whose letter a colleague passes on, in the heads that mail programs write."""

import pytest

from otklik.reach.adapters.email.forwards import forwarded_from
from otklik.reach.adapters.incoming import Address

OLEG = Address(email="oleg@client.example", name="Олег Петров")
HEADS = {
    "Gmail, ru": """Посмотрите, пожалуйста.

---------- Forwarded message ---------
От: Олег Петров <oleg@client.example>
Date: сб, 28 нояб. 2026 г. в 10:00
Subject: Сломался сайт
To: <judge@example.test>


Не открывается сайт.""",
    "Gmail, en": """---------- Forwarded message ---------
From: *Олег Петров* <oleg@client.example>
Date: Sat, Nov 28, 2026 at 10:00 AM
Subject: Сломался сайт
To: <judge@example.test>

Не открывается сайт.""",
    "Outlook, ru": """Это ваше.

________________________________
От: Олег Петров <oleg@client.example>
Отправлено: 28 ноября 2026 г. 10:00
Кому: Судья <judge@example.test>
Тема: Сломался сайт

Не открывается сайт.""",
    "Outlook, en": """FYI

From: Олег Петров [mailto:oleg@client.example]
Sent: Saturday, November 28, 2026 10:00 AM
To: Judge <judge@example.test>
Cc: boss@example.test
Subject: Site is broken

It does not open.""",
    "Outlook, original message": """-----Original Message-----
From: Олег Петров <oleg@client.example>
Sent: Saturday, November 28, 2026 10:00 AM
To: Judge
Subject: Site

It does not open.""",
    "Yandex": """Коллеги, ответьте.

-------- Пересылаемое сообщение --------
28.11.2026, 10:00, "Олег Петров" <oleg@client.example>:

Не открывается сайт.

-------- Конец пересылаемого сообщения --------""",
    "Yandex, head": """-------- Пересылаемое сообщение --------
От: Олег Петров <oleg@client.example>
Кому: judge@example.test
Дата: 28.11.2026, 10:00
Тема: Сломался сайт

Не открывается сайт.""",
    "Mail.ru": """Коллеги, это вам.

-------- Пересылаемое сообщение --------
От кого: Олег Петров <oleg@client.example>
Кому: judge@example.test
Дата: Суббота, 28 ноября 2026, 10:00 +03:00
Тема: Сломался сайт

Не открывается сайт.""",
    "Apple Mail, ru": """
Начало переадресованного сообщения:

> От: Олег Петров <oleg@client.example>
> Тема: Сломался сайт
> Дата: 28 ноября 2026 г., 10:00:00 GMT+3
> Кому: judge@example.test
>
> Не открывается сайт.""",
    "Apple Mail, en": """Begin forwarded message:

From: Олег Петров <oleg@client.example>
Subject: Site
Date: 28 November 2026 at 10:00:00 GMT+3
To: judge@example.test

It does not open.""",
    "Thunderbird, ru": """-------- Перенаправленное сообщение --------
Тема: Сломался сайт
Дата: Sat, 28 Nov 2026 10:00:00 +0300
От: Олег Петров <oleg@client.example>
Кому: judge@example.test

Не открывается сайт.""",
    "Thunderbird, en": """-------- Forwarded Message --------
Subject: 	Site
Date: 	Sat, 28 Nov 2026 10:00:00 +0300
From: 	Олег Петров <oleg@client.example>
To: 	judge@example.test

It does not open.""",
    "The Bat!, ru": """Здравствуйте, коллеги.

Это пересылаемое сообщение
От: Олег Петров <oleg@client.example>
Кому: judge@example.test
Дата: суббота, 28 ноября 2026 г., 10:00:00
Тема: Сломался сайт

===8<==============Исходный текст сообщения==============
Не открывается сайт.
===8<===========Конец исходного текста сообщения===========""",
    "The Bat!, en": """This is a forwarded message
From: Олег Петров <oleg@client.example>
To: judge@example.test
Date: Saturday, November 28, 2026, 10:00:00 AM
Subject: Site

===8<==============Original message text===============
It does not open.""",
    "names on lines of their own": """---------- Forwarded message ---------
От:
Олег Петров <oleg@client.example>
Дата:
28 ноября 2026
Кому:
judge@example.test
Тема:
Сломался сайт

Не открывается сайт.""",
}


@pytest.mark.parametrize("program", HEADS)
def test_the_head_of(program: str) -> None:
    subject = "FW: Сломался сайт" if program.startswith("Outlook") else "Fwd: Сломался сайт"

    assert forwarded_from(HEADS[program], subject=subject) == OLEG


@pytest.mark.parametrize("program", [name for name in HEADS if name not in {"Outlook, ru", "Outlook, en", "Yandex"}])
def test_the_mark_is_enough_without_a_subject(program: str) -> None:
    assert forwarded_from(HEADS[program]) == OLEG


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Добрый день! Сайт не открывается.",
        "От: Иванова\nКому: директору\nДата: 28 ноября\nТема: заявление\n\nПрошу отпуск.",  # an application
        "От: Олег <oleg@client.example>\nКому: нам\nДата: вчера\nТема: х\n",  # nothing says that it is passed on
        "---------- Forwarded message ---------\nFrom: no address here\nDate: x\nSubject: y\n",
        "> " * 5000,
        "От: " * 5000,
    ],
)
def test_no_head_names_nobody(text: str) -> None:
    assert forwarded_from(text) is None


def test_of_a_letter_passed_on_twice_the_first_head_counts() -> None:
    inner = HEADS["Gmail, en"].replace("oleg@client.example", "other@else.example")

    assert forwarded_from(f"{HEADS['Mail.ru']}\n\n{inner}") == OLEG


def test_the_name_may_be_missing() -> None:
    text = HEADS["Mail.ru"].replace("Олег Петров <oleg@client.example>", "Oleg@Client.example")

    assert forwarded_from(text) == Address(email="oleg@client.example")
