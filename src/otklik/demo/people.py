"""The customers of the demo company: believable people from `people.txt`, with addresses that lead nowhere."""

import random
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

ORGANIZATIONS = {
    "ООО «Промтехмонтаж»": "promtehmontazh.example",
    "Школа № 1532": "school1532.example",
    "ООО «Сталь-Сервис Плюс»": "stalservice.example",
    "АО «Северный ветер»": "severveter.example",
    "Клиника «Доброе утро»": "dobroe-utro.example",
    "МБУ «Библиотека на Садовой»": "lib-sadovaya.example",
}
"""Name → mail domain."""

_MAILS = ("pochta.example", "mail.example", "yashchik.example", "post.example", "mymail.example")
_SOUNDS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch _ y _ e yu ya".replace("_", "").split(" "),
        strict=True,
    )
)
_MEN_ON_A = {"Никита", "Лука", "Илья", "Данила"}
_WOMEN = {"Гузель", "Ляйсан", "Асель", "Нино", "Айгуль", "Алсу", "Emily", "Нелли", "Эмма"}


@dataclass(frozen=True, kw_only=True)
class Person:
    """One customer. ``patronymic``, ``organization`` and ``role`` may be ''."""

    first: str
    patronymic: str
    last: str
    city: str
    organization: str
    role: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first, self.patronymic, self.last) if part)

    @property
    def dear(self) -> str:
        """How we address them: with the patronymic if we know it."""
        return f"{self.first} {self.patronymic}".strip()

    @cached_property
    def is_woman(self) -> bool:
        if self.patronymic:
            return self.patronymic.endswith("на")
        return self.first in _WOMEN or (self.first[-1] in "ая" and self.first not in _MEN_ON_A)

    @property
    def language(self) -> str:
        return "en" if self.first.isascii() else "ru"

    @property
    def phone(self) -> str:
        return f"+7 900 555-{sum(map(ord, self.last)) % 100:02}-{sum(map(ord, self.full_name)) % 100:02}"


def everybody() -> list[Person]:
    """All customers, always the same ones."""
    lines = files("otklik.demo").joinpath("people.txt").read_text(encoding="utf-8").splitlines()
    return [_person(line, number) for number, line in enumerate(lines) if line and not line.startswith("#")]


def _person(line: str, number: int) -> Person:
    name, city, *work = (part.strip() for part in line.split(";"))
    organization, role = work or ("", "")
    first, *middle, last = name.split()
    return Person(
        first=first,
        patronymic=" ".join(middle),
        last=last,
        city=city,
        organization=organization,
        role=role,
        email=_email(first, last, number, ORGANIZATIONS.get(organization, "")),
    )


def _email(first: str, last: str, number: int, domain: str) -> str:
    given, family = latin(first), latin(last)[:22].rstrip("-")
    if domain:
        return f"{given[0]}.{family}@{domain}"
    chance = random.Random(number)  # noqa: S311 - a demo, not a secret
    forms = (f"{given}.{family}", f"{family}.{given[0]}", f"{given}{chance.randint(61, 99)}", f"{family}_{given}")
    return f"{chance.choice(forms)}@{chance.choice(_MAILS)}"


def latin(text: str) -> str:
    """Russian letters as they are spelt in addresses; anything else that is not plain goes."""
    spelt = "".join(_SOUNDS.get(letter, letter) for letter in text.lower().replace("ı", "i"))
    return "".join(letter for letter in spelt if letter.isascii() and (letter.isalnum() or letter == "-"))
