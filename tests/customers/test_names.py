"""What our letters call a person."""

from email import message_from_bytes, policy

import pytest
from django.test import Client

from otklik.customers.models import Customer
from tests.building import make_agent, make_inbox, outbox, run_jobs
from tests.portal.typing_in import send_form


@pytest.mark.parametrize("name", ["Иван", "Иван Козлов", "И. И. Козлов", "А.С. Пушкин", "Anna-Maria O’Neill", "李 明"])
def test_a_name_is_a_greeting(name: str) -> None:
    assert Customer(name=name).called == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Приз на evil.example",
        "Вы выиграли! http://evil.example",
        "[Жмите сюда](https://evil.example)",
        "**Срочно**",
        "Иван\nПодпись",
        "Иван <b>",
        "Позвоните 8 900 555 01 42",
        "Очень длинное имя которое никто не носит и которое есть лишь чужие слова",
        "а" * 61,
        "а-" * 90,
    ],
)
def test_other_words_are_none(name: str) -> None:
    assert Customer(name=name).called == ""


@pytest.mark.django_db
def test_our_letters_carry_nobodys_advertisement() -> None:
    make_agent()
    make_inbox()

    send_form(Client(), name="Ваш приз: http://evil.example", email="victim@other.example")
    run_jobs()

    letter = message_from_bytes(outbox()[-1], policy=policy.default)
    words = letter.get_body(("plain",))
    assert "victim@other.example" in str(letter["To"])
    assert words is not None
    assert "Здравствуйте!" in words.get_content()
    assert "evil" not in words.get_content() + str(letter["To"])
