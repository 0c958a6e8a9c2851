"""Conversations as plays: a plain text of scenes, read into steps, with slots that are filled for each performance.

    == Subject of the first letter | shop complaint | Ольга Вересаева | last 25m
    tags: доставка, учебник
    looked: где мой заказ > gde-moy-zakaz, груз застрял
    quotes: gde-moy-zakaz
    -- customer
    Own words …
    -- agent +40m
    Answer …
    -- solved +2m
    What was done.
    -- yes 5 7 +20h
    Words of the customer.

Head: inbox, kind and priority in any order; who writes (nobody named: anybody); ``last 25m`` how long ago the last
line was said, ``late`` or ``soon`` instead: so long ago that our promise is broken, or nearly; ``times 6`` played by
several people. Under it: tags; what the visitor asked the help centre before the form (``> article`` was opened,
without it nothing fitted); the article to which our first answer links.
Words: ``{a|b}`` one of several, ``[сказал|сказала]`` by the speaker's sex, ``{city}`` a slot.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from random import Random

SPEAKERS = frozenset(
    {
        "agent", "api", "auto", "bounce", "customer", "draft", "form", "handover", "no", "note", "page", "phone",
        "reopen", "solved", "stranger", "yes",
    }
)  # fmt: skip
_HEAD = re.compile(r"^== (.+)$", re.MULTILINE)
_SPEAKER = re.compile(r"^-- (.+)$", re.MULTILINE)
_SPAN = re.compile(r"(\d+)([mhd])")
_CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")
_SEX = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_KNOWN = {
    "inbox": {"help", "shop", "docs"},
    "kind": {"question", "complaint", "request", "thanks", "suggestion"},
    "priority": {"low", "normal", "high", "urgent"},
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a play. ``after`` None: as long as such things usually take."""

    speaker: str
    words: str = ""
    who: str = ""
    after: timedelta | None = None
    scores: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    style: str = ""


@dataclass(frozen=True, kw_only=True)
class Play:
    """One conversation from its first word. ``last`` is '', a span such as '25m', 'late' or 'soon'."""

    subject: str
    inbox: str = "help"
    kind: str = "question"
    priority: str = "normal"
    customer: str = ""
    last: str = ""
    times: int = 1
    tags: tuple[str, ...] = ()
    looked: tuple[tuple[str, str], ...] = ()
    quotes: str = ""
    steps: tuple[Step, ...] = field(default=())


def all_plays() -> list[Play]:
    """Every play of every file, in a stable order."""
    folder = files("otklik.demo").joinpath("plays")
    texts = sorted((entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir())
    return [play for name, text in texts if name.endswith(".txt") for play in read(text)]


def read(text: str) -> list[Play]:
    """The plays of one file. Raises ``ValueError`` that quotes the line it does not understand."""
    parts = _HEAD.split(text)[1:]
    return [_play(head, body) for head, body in zip(parts[::2], parts[1::2], strict=True)]


def _play(head: str, body: str) -> Play:
    subject, *about = (part.strip() for part in head.split(" | "))
    values: dict[str, object] = {"subject": subject}
    for words in about:
        values |= _about(words)
    opening, *lines = _SPEAKER.split(body)
    values |= dict(map(_below, opening.strip().splitlines()))
    steps = tuple(_step(line, words) for line, words in zip(lines[::2], lines[1::2], strict=True))
    return Play(**values, steps=steps)  # type: ignore[arg-type]  # each value was read for its field


def _below(line: str) -> tuple[str, object]:
    """One line under the head, with its field. Raises ``ValueError`` for a line that is none of them."""
    name, _colon, words = line.partition(":")
    parts = tuple(part.strip() for part in words.split(","))
    if name == "tags":
        return name, parts
    if name == "looked":
        asked = (part.partition(">") for part in parts)
        return name, tuple((question.strip(), slug.strip()) for question, _mark, slug in asked)
    if name == "quotes":
        return name, words.strip()
    raise ValueError(line)


def _about(words: str) -> dict[str, object]:
    """One part of the head. Raises ``ValueError`` when only half of it is known."""
    if words in {"late", "soon"}:
        return {"last": words}
    if words.startswith("last "):
        return {"last": words.removeprefix("last ")}
    if words.startswith("times "):
        return {"times": int(words.removeprefix("times "))}
    found = {name: word for word in words.split() for name, known in _KNOWN.items() if word in known}
    if found and len(found) != len(words.split()):
        raise ValueError(words)
    return dict(found) or {"customer": words}


def _step(line: str, words: str) -> Step:
    speaker, *about = line.split()
    if speaker not in SPEAKERS:
        raise ValueError(line)
    names, scores, attached, after, style = [], [], [], None, ""
    for word in about:
        if word.startswith("+"):
            after = span(word[1:])
        elif word.startswith("file:"):
            attached.append(word[5:])
        elif word.startswith("as:"):
            style = word[3:]
        elif word.isdigit():
            scores.append(int(word))
        else:
            names.append(word)
    return Step(
        speaker=speaker,
        words=words.strip(),
        who=" ".join(names),
        after=after,
        scores=tuple(scores),
        files=tuple(attached),
        style=style,
    )


def span(text: str) -> timedelta:
    """``1d2h30m`` as a span. Raises ``ValueError`` for anything else."""
    parts = _SPAN.findall(text)
    if "".join(number + unit for number, unit in parts) != text:
        raise ValueError(text)
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def fill(text: str, *, slots: Mapping[str, str], chance: Random, is_woman: bool) -> str:
    """The words as one person says them: sex agreed, slots filled, choices made. ``KeyError``: no such slot."""
    text = _SEX.sub(lambda found: found[2] if is_woman else found[1], text)
    text = _SLOT.sub(lambda found: slots[found[1]], text)
    while _CHOICE.search(text):
        text = _CHOICE.sub(lambda found: chance.choice(found[1].split("|")), text)
    return text
