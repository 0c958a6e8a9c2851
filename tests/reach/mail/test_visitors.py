"""Letters that a robot sends for somebody: who stands behind them, and may it be guessed?"""

from collections.abc import Callable

import pytest

from otklik.reach.adapters.email import parse
from otklik.reach.adapters.incoming import Address, Incoming, Visitor
from tests.reach.mail.letters import letter

FORM = "Имя: Анна\r\nТелефон: +7 900 111-22-33\r\nE-mail: anna@buyer.example\r\nСообщение: не приходит письмо"


def visitor(
    *headers: str, sender: str = "robot@site.example", subject: str = "Привет", body: str = "x"
) -> Visitor | None:
    head = f"From: {sender}\r\nTo: help@shop.example\r\nSubject: {subject}\r\n".encode()
    found = parse(letter(*headers, head=head, body=body))
    assert isinstance(found, Incoming)
    return found.visitor


ANNA = "Reply-To: Анна <anna@buyer.example>"


@pytest.mark.parametrize(
    "found",
    [
        lambda: visitor(ANNA, sender="Сайт <noreply@site.example>"),
        lambda: visitor(ANNA, sender="robot@shop.example"),
        lambda: visitor(ANNA, "X-Mailer: PHPMailer 6.9", sender="info@site.example"),
        lambda: visitor(ANNA, "X-PHP-Originating-Script: 33:mail.php", sender="info@site.example"),
        lambda: visitor(ANNA, "Auto-Submitted: auto-generated", sender="info@site.example"),
        lambda: visitor(ANNA, sender="info@site.example", subject="Заявка с сайта"),
        lambda: visitor(ANNA, sender="info@site.example", subject="New submission from Contact form"),
        lambda: visitor(ANNA, sender="info@site.example", body="Имя: Анна\r\nТекст: перезвоните"),
        lambda: visitor(sender="noreply@site.example", subject="Заявка с сайта", body=FORM),
    ],
)
def test_the_visitor_of_a_form_is_guessed(found: Callable[[], Visitor | None]) -> None:
    guessed = found()

    assert guessed is not None
    assert guessed.is_likely
    assert guessed.address is not None
    assert (guessed.address.email, guessed.address.name) == ("anna@buyer.example", "Анна")


def test_a_visitor_who_left_only_a_telephone() -> None:
    found = visitor(
        sender="noreply@site.example", subject="Новая заявка", body="Имя: Пётр\r\nТелефон: 8 (900) 111-22-33"
    )

    assert found == Visitor(address=None, name="Пётр", phone="8 (900) 111-22-33", is_likely=True)


@pytest.mark.parametrize(
    "found",
    [
        lambda: visitor("Reply-To: petr@home.example", sender="petr@work.example"),
        lambda: visitor("Reply-To: sales@site.example", sender="info@site.example"),
        lambda: visitor("Reply-To: help@bank.example", sender="noreply@bank.example"),
        lambda: visitor(
            "Reply-To: editor@news.example", "List-Unsubscribe: <https://n.example>", sender="robot@news.example"
        ),
        lambda: visitor(ANNA, "In-Reply-To: <1@shop.example>", sender="site@site.example"),
        lambda: visitor(sender="petr@work.example", body="С уважением, Пётр\r\nТелефон: +7 900 111-22-33"),
        lambda: visitor(ANNA, "Auto-Submitted: auto-replied", sender="robot@site.example"),
    ],
)
def test_other_letters_with_another_address_are_no_forms(found: Callable[[], Visitor | None]) -> None:
    guessed = found()

    assert guessed is None or not guessed.is_likely


@pytest.mark.parametrize(
    "headers",
    [
        ("List-Id: <support.firm.example>", "X-Original-From: Лида <lida@buyer.example>"),
        ("List-Id: <support.firm.example>", "Reply-To: Лида <lida@buyer.example>"),
    ],
)
def test_a_list_that_writes_in_its_own_name_keeps_the_author(headers: tuple[str, ...]) -> None:
    found = visitor(*headers, sender="'Лида' via Support <support@firm.example>")

    assert found is not None
    assert (found.address, found.is_likely) == (Address(email="lida@buyer.example", name="Лида"), True)
