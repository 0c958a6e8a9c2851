"""Own words told from quotations, measured over letters in the forms that real programs write (``quotes/``).

A file holds the words that the customer wrote, a divider, and the letter. ``*.new.*`` is no answer to anything,
``*.forward.*`` is forwarded; all others are answers. Words are compared, not spaces.
"""

from collections import Counter
from pathlib import Path

import pytest

from otklik.reach.adapters.email.html_text import Line, lines_of_html
from otklik.reach.adapters.email.quotes import Situation, lines_of_text, own_text

FOLDER = Path(__file__).parent / "quotes"
CASES = sorted(FOLDER.glob("*.*"))
DIVIDER = "\n=== the letter ===\n"


def _words(text: str) -> Counter[str]:
    return Counter(text.replace(">", " ").replace("<", " ").split())


def _read(case: Path) -> tuple[str, str]:
    expected, letter = case.read_text(encoding="utf-8").split(DIVIDER)
    lines: list[Line] = lines_of_html(letter) if case.suffix == ".html" else lines_of_text(letter)
    kinds = case.suffixes[:-1]
    situation = Situation(is_reply=not kinds, is_forward=".forward" in kinds, known=("help@gorizont.example",))
    return expected, own_text(lines, situation)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_own_word_is_lost(case: Path) -> None:
    expected, found = _read(case)

    assert _words(expected) - _words(found) == Counter()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_quotation_is_left_over(case: Path) -> None:
    expected, found = _read(case)

    assert _words(found) - _words(expected) == Counter()
