"""The door of the desk: who may enter, and how often one may try."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.building import make_agent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    cache.clear()


def try_to_log_in(client: Client, password: str) -> int:
    return client.post("/account/login/", {"login": "anna@gorizont.example", "password": password}).status_code


def test_the_right_password_opens_the_desk(client: Client) -> None:
    make_agent()

    answer = client.post("/account/login/", {"login": "anna@gorizont.example", "password": "correct horse battery"})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/desk/"


def test_nobody_guesses_a_password_by_trying(client: Client) -> None:
    """Attempts are counted in the database, so all web processes count together; then even the right one must wait."""
    make_agent()

    for _ in range(6):
        try_to_log_in(Client(), "wrong guess")

    answer = client.post("/account/login/", {"login": "anna@gorizont.example", "password": "correct horse battery"})
    assert answer.status_code != 302


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    answer = client.post(
        "/account/signup/", {"email": "new@mail.example", "password1": "a b c d e f", "password2": "a"}
    )

    assert b"new@mail.example" not in answer.content
    assert answer.status_code in {200, 403, 404}
