"""A letter is a question too: which of its sentences may be the one that an article answers."""

import re
from collections.abc import Set

from otklik.knowledge.search.vocabulary import words_in

LONGEST_ASKED = 10_000
"""Letters of a question that are read; what stands behind them is not searched for."""

_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_PAUSE = re.compile(r"(?<=[,;:—–])\s+")
_LONG = 200
_SHORTEST_LETTER = 30
_MOST = 8
_FEWEST_TELLING = 2
_POLITE = """
    уважаемый уважаемая уважаемые уважением господа коллеги доброго здравствуй приветствую заранее благодарю помогите
    помочь ответьте ответа жду ждем прошу спасибо извините беспокойство обращаюсь пишу зовут надеюсь
    dear sir madam team regards sincerely yours best kind advance help reply answer hope sorry bother name writing
"""
_SAYS_NOTHING = frozenset(_POLITE.split())


def questions_in(text: str, *, silent: Set[str]) -> list[str]:
    """The text itself, and of a letter (more than 30 words in several sentences) the sentences that say something: at
    most eight, questions first. The few sentences of a short message tell more together than each for itself."""
    whole = text[:LONGEST_ASKED].strip()
    sentences = [part for one in _END.split(whole) for part in _in_breaths(one.strip(" \t>*-•"))]
    if len(sentences) < 2 or len(whole.split()) <= _SHORTEST_LETTER:  # noqa: PLR2004  # one sentence is the whole
        return [whole]
    telling = {one: _telling(one, silent) for one in sentences}
    found = [one for one, count in telling.items() if count >= _FEWEST_TELLING]
    best = set(sorted(found, key=lambda one: ("?" not in one, -telling[one]))[:_MOST])
    return [whole, *(one for one in found if one in best and one != whole)]


def _telling(sentence: str, silent: Set[str]) -> int:
    return sum(word not in silent and word not in _SAYS_NOTHING for word in set(words_in(sentence)))


def _in_breaths(sentence: str) -> list[str]:
    """A sentence that does not end is cut where one would take breath."""
    if len(sentence) <= _LONG:
        return [sentence] if sentence else []
    found = [""]
    for part in _PAUSE.split(sentence):
        if found[-1] and len(found[-1]) + len(part) > _LONG:
            found.append("")
        found[-1] = f"{found[-1]} {part}".strip()
    return found
