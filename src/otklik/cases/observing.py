"""What an answer shows to have happened in its case, so that nobody need tick it by hand."""

import re
from collections.abc import Callable, Collection
from typing import Final

from otklik.cases.events import CaseSolved
from otklik.cases.models import Case
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.standards import observed

_MONTHS: Final = "янв|фев|мар|апр|ма[яй]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MOMENT: Final = re.compile(
    r"\b(?:[01]?\d|2[0-3])[:.][0-5]\d\b"
    rf"|\b(?:[12]?\d|3[01])(?:st|nd|rd|th)?\s+(?:{_MONTHS})"
    rf"|\b(?:{_MONTHS})[a-z]*\s+(?:[12]?\d|3[01])\b"
    r"|\b(?:[12]?\d|3[01])\.(?:0[1-9]|1[0-2])\b"
    r"|\b(?:до|в|к|после|с)\s+(?:[01]?\d|2[0-3])\s*(?:час|ч\b)"
    r"|\b(?:by|at|before|after)\s+(?:0?\d|1[0-2])\s*(?:a\.?m|p\.?m)\b",
    re.IGNORECASE,
)


def names_a_moment(text: str) -> bool:
    """A day or an hour stands in it: «до 15:00», «4 декабря», “by 3 p.m.”"""
    return _MOMENT.search(text) is not None


def names_somebody(text: str, name: str) -> bool:
    """The first name of this person stands in it as a word of its own."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    return bool(first) and re.search(rf"(?<!\w){re.escape(first)}(?!\w)", text, re.IGNORECASE) is not None


def seen_in(case: Case, *, answer_id: int, facts: Collection[str]) -> set[str]:
    """Which of these facts an answer that was handed over shows in its case, as it is held now."""
    letter = Message.objects.only("text").get(pk=answer_id)
    return {fact for fact in facts if _SEEN[fact](case, letter)}


def _owner_named(case: Case, letter: Message) -> bool:
    return _is_first_answer(case, letter) and names_somebody(letter.text, case.owner.name)


def _first_in_time(case: Case, _letter: Message) -> bool:
    by, at = case.first_answer_by, case.first_answered_at
    return by is not None and at is not None and at <= by


def _solved_in_time(case: Case, letter: Message) -> bool:
    return case.solved_at is not None and case.solved_at <= case.solution_by and _asks(case, letter)


def _asks(case: Case, letter: Message) -> bool:
    """Somebody called the case solved by this very letter, which asks at its end."""
    said = Event.objects.filter(case_id=case.pk, name=CaseSolved.event_name)
    return said.filter(payload__message_id=letter.pk, payload__is_asked=True).exists()


def _is_first_answer(case: Case, letter: Message) -> bool:
    told = Event.objects.filter(case_id=case.pk, name="cases.answered", payload__message_id=letter.pk)
    return told.filter(payload__is_first_answer=True).exists()


_SEEN: Final[dict[str, Callable[[Case, Message], bool]]] = {
    observed.OWNER_NAMED: _owner_named,
    observed.FIRST_ANSWER_IN_TIME: _first_in_time,
    observed.MOMENT_NAMED: lambda _case, letter: names_a_moment(letter.text),
    observed.SOLVED_IN_TIME: _solved_in_time,
    observed.ASKED_WHETHER_SOLVED: _asks,
}
"""By the code of ``standards.observed``: everything that a step can be bound to is looked for here."""
