"""What is believed for some seconds is asked anew as soon as somebody has changed it, by every process of a server."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from time_machine import travel

from otklik.foundation.database.remembering import Remembered, remembered

SECONDS = 60
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fact(tmp_path: Path) -> Path:
    file = tmp_path / "fact"
    file.write_text("old")
    return file


@pytest.fixture
def word(fact: Path) -> Remembered[[], str]:
    return remembered(seconds=SECONDS)(fact.read_text)


def test_it_is_believed_for_its_seconds(fact: Path, word: Remembered[[], str]) -> None:
    with travel("2026-11-30 09:00:00Z", tick=False) as clock:
        assert word() == "old"
        fact.write_text("new")
        clock.shift(SECONDS - 1)
        assert word() == "old"
        clock.shift(1)
        assert word() == "new"


def test_whoever_forgets_is_asked_anew(fact: Path, word: Remembered[[], str]) -> None:
    word()
    fact.write_text("new")

    word.forget()

    assert word() == "new"


def test_another_fact_is_believed_on(fact: Path, word: Remembered[[], str]) -> None:
    other = remembered(seconds=SECONDS)(fact.read_text)
    other()
    fact.write_text("new")

    word.forget()

    assert other() == "old"


def test_what_was_asked_before_the_commit_is_asked_again_after_it(fact: Path, word: Remembered[[], str]) -> None:
    with transaction.atomic():
        word.forget()
        assert word() == "old"  # as another thread sees it until then
        fact.write_text("new")

    assert word() == "new"


def test_an_answer_that_was_on_its_way_is_not_kept(fact: Path) -> None:
    def slow() -> str:
        answer = fact.read_text()
        if answer == "old":
            fact.write_text("new")
            word.forget()
        return answer

    word = remembered(seconds=SECONDS)(slow)

    assert word() == "old"
    assert word() == "new"


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_processes_that_parted_hear_of_it_at_once(fact: Path, word: Remembered[[], str]) -> None:
    asked, answers = os.pipe(), os.pipe()
    if (child := os.fork()) == 0:
        os.close(asked[1])
        _answer_each(asked[0], answers[1], word)

    def child_says() -> str:
        os.write(asked[1], b"?")
        return os.read(answers[0], 10).decode()

    assert child_says() == "old"
    fact.write_text("new")
    assert child_says() == "old"
    word.forget()
    assert child_says() == "new"

    os.close(asked[1])
    os.waitpid(child, 0)
    for end in (asked[0], *answers):
        os.close(end)


def _answer_each(asked: int, answers: int, word: Callable[[], str]) -> None:
    """The other process: as long as one asks, what it believes; then it ends without a word to pytest."""
    while os.read(asked, 1) == b"?":
        os.write(answers, word().encode())
    os._exit(0)
