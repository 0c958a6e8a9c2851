"""Questions to everybody else: some to each of forty trades, as people speak and in the form of a list of questions.

A house answers hardly any of them, so how near its articles come to them tells how near is near enough: see
``bounds.measured``. They stand in no set that the search is measured with.
"""

from functools import cache
from pathlib import Path

LANGUAGES = ("ru", "en")


@cache
def questions(language: str) -> tuple[str, ...]:
    """Those in one of ``LANGUAGES``, as they stand line by line in ``strange.ru.txt`` and ``strange.en.txt``."""
    return tuple(Path(__file__).with_name(f"strange.{language}.txt").read_text("utf-8").splitlines())
