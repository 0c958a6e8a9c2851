"""A promise made in words: «отвечу до 15:00», «завтра до обеда», "I'll get back to you by Friday".

Careful rather than clever: what a customer must do, what hangs on a condition, what somebody else said and what names
no moment is none. Pure: the moment is found by the clock of a calendar.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from otklik.cases.vows import VowKind
from otklik.promises.moments import is_only_a_moment, moment_in
from otklik.team.working_time import Calendar

_LONGEST: Final = 4_000
_QUOTED: Final = re.compile(r"^\s*>.*$|«[^»\n]*»|“[^”\n]*”|\"[^\"\n]*\"|„[^“\n]*“|`[^`\n]*`", re.MULTILINE)
_SIGNED: Final = re.compile(r"^-- ?$.*", re.MULTILINE | re.DOTALL)
_LINKED: Final = re.compile(r"\]\([^)]*\)|https?://\S+|[*_#\[\]]")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
_CLAUSE: Final = re.compile(
    r"(?<!\d)[,;:](?!\d)|,\s|\s[—–-]\s|\(|\)|\s(?:но|а|чтобы|and then|but|so that)\s|"
    r"\sи\s(?=вы\b|я\b|мы\b)|\sand\s(?=you\b|i\b|we\b)",
    re.IGNORECASE,
)
_CALLS: Final = r"(?:пере|по)звон(?:ю|им)|наберу|набер[её]м"
_WORDS: Final = (
    r"отве(?:чу|тим)|напиш(?:у|ем)|сообщ(?:у|им)|вернусь|верн[её]мся|пришл(?:ю|[её]м)|расскаж(?:у|ем)|"
    r"свяжусь|свяжемся|скаж(?:у|ем)|отпиш(?:усь|емся)|(?:дам|дадим)\s+(?:вам\s+)?(?:знать|ответ)"
)
_WILL: Final = r"(?:i['’]ll|i\s+will|we['’]ll|we\s+will|i\s+am\s+going\s+to|i['’]m\s+going\s+to)\s+(?:\w+ly\s+)?"
_TELLS: Final = (
    r"(?:get\s+back|reply|answer|write|let\s+you\s+know|send\s+you|update\s+you|tell\s+you|confirm|come\s+back|be\s+back|"
    r"be\s+in\s+touch|have\s+(?:an\s+|the\s+|your\s+)?(?:answer|news|update)|follow\s+up|return\s+to\s+you|respond)"
)
_PROMISES: Final = re.compile(rf"\b(?:{_WORDS})\b|\b{_WILL}{_TELLS}\b", re.IGNORECASE)
_PROMISES_A_CALL: Final = re.compile(
    rf"\b(?:{_CALLS})\b|\b{_WILL}(?:call|phone|ring|give\s+you\s+a\s+call)\b", re.IGNORECASE
)
_IS_NONE: Final = re.compile(
    r"\?|\b(?:не|если|как\s+только|когда|после\s+того|пока|при\s+условии|либо|или|может|возможно|наверное|вряд|постара\w+|"
    r"попробу\w+|обещал\w*|сказал\w*|писал\w*|"
    r"if|once|as\s+soon\s+as|when|unless|until|after\s+you|not|won['’]t|can['’]t|cannot|maybe|perhaps|might|may\s+(?:be|take|need)|try|or|"
    r"said|promised|wrote)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class InWords:
    """What a letter promises: by when, whether a call or a word, and in which words."""

    kind: VowKind
    due_at: datetime
    words: str


_NOT_LATER: Final = re.compile(r"\bне\s+поз(?:днее|же)\b(?:\s+чем)?|\b(?:not|no)\s+later\s+than\b", re.IGNORECASE)


def promised_in(text: str, *, at: datetime, calendar: Calendar) -> InWords | None:
    """The first promise of its author in a text written ``at``, which names a moment still ahead; None without one."""
    for sentence in _sentences(text):
        if _IS_NONE.search(sentence):
            continue
        for clause in _clauses(sentence):
            calls = _PROMISES_A_CALL.search(clause)
            if not calls and not _PROMISES.search(clause):
                continue
            due_at = moment_in(clause, at=at, calendar=calendar)
            if due_at is not None and due_at > at:
                kind = VowKind.CALL_BACK if calls else VowKind.NEXT_WORD
                return InWords(kind=kind, due_at=due_at, words=" ".join(sentence.split()))
    return None


def _sentences(text: str) -> list[str]:
    """What the author says themselves, sentence by sentence, without quotations, links and signs of formatting."""
    own = _LINKED.sub(" ", _QUOTED.sub(" ", _SIGNED.sub("", text[:_LONGEST])))
    return [_NOT_LATER.sub("до", one) for one in _SENTENCE.split(own) if one.strip()]


def _clauses(sentence: str) -> list[str]:
    """Parts that speak of one thing each; one that names nothing but a moment belongs to what is said before it."""
    found: list[str] = []
    for part in filter(str.strip, _CLAUSE.split(sentence)):
        if found and is_only_a_moment(part):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found
