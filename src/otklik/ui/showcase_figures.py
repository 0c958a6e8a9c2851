# ruff: noqa: E501 (a table of words)
"""Figures of the living style page: ordinary, long, empty and broken ones, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

WORDS: Final[dict[str, dict[str, str]]] = {
    "ru": {
        "title": "Показатели", "happy": "Довольны, по слову клиента", "first": "Первый ответ", "effort": "Легко было решить",
        "nps": "Готовность советовать", "empty": "Показатель, которого ещё нет", "few": "Рано судить", "broken": "Сколько ждут, ещё не знаем",
        "long": "Очень длинное название показателя, который занимает всё отведённое ему место и переносится на третью строку",
        "all": "Все ответили одинаково", "kept": "Посчитано заранее", "half": "половина быстрее", "band": "Проценты. Полоса показывает, где может быть настоящая доля (95 %).",
        "gaps": "Минуты. Дни без ответов остаются пустыми.", "moved": "Переехали в новый офис", "reworded": "Новые слова: начался другой ряд", "ended": "Чем закончились обращения", "yes": "Довольны", "silent": "Без подтверждения", "back": "Вернулись",
        "table": "Люди", "who": "Сотрудник", "share": "Довольны", "span": "Первый ответ", "when": "Последний ответ",
        "name": "Марина Щербакова", "long_name": "Константин Константинович Константинопольский-Заборовский, старший специалист", "formula": "=СУММ(A1)",
    },
    "en": {
        "title": "Figures", "happy": "Satisfied, by the customer's word", "first": "First answer", "effort": "Easy to handle",
        "nps": "Would recommend us", "empty": "A figure that is not there yet", "few": "Too early to judge", "broken": "How long they wait is not known yet",
        "long": "A very long name of a figure that takes all the room it was given and is broken into a third line",
        "all": "Everybody said the same", "kept": "Counted beforehand", "half": "half are faster", "band": "Percent. The band shows where the true share may lie (95 %).",
        "gaps": "Minutes. Days without answers stay empty.", "moved": "We moved to the new office", "reworded": "New words: another series begins", "ended": "How cases ended", "yes": "Satisfied", "silent": "Unconfirmed", "back": "Came back",
        "table": "People", "who": "Colleague", "share": "Satisfied", "span": "First answer", "when": "Last answer",
        "name": "Marina Shcherbakova", "long_name": "Konstantin Konstantinovich Konstantinopolsky-Zaborovsky, senior specialist", "formula": "=SUM(A1)",
    },
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Point:
    label: str
    value: float | None
    n: int = 40
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Mark:
    place: int
    label: str
    text: str
    is_seam: bool = False


@dataclass(frozen=True, kw_only=True)
class Example:
    """A figure as ``otklik.ui.figures.Shown`` has it."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    unit: str = "share"
    counted: str = "answers"
    series: Sequence[Point] = ()
    marks: Sequence[Mark] = ()
    left_out: int = 0
    unfinished: int = 0
    is_at_least: bool = False
    top: int = 0
    enough: int = 30
    rows_url: str = ""
    counted_at: datetime | None = None
    kept_for: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    label: str
    parts: Sequence[int]
    kind: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


_SHARES: Final = (0.82, 0.79, 0.84, 0.71, 0.83, 0.86, 0.88)
_MINUTES: Final = (27, 29, None, 41, 33, 29, None, 26, 21)


def figures(language: str) -> dict[str, Any]:
    """``f`` of the style page: words and examples."""
    words = WORDS[language]
    return {
        "w": words,
        "happy": Example(
            value=0.86,
            n=632,
            low=0.832,
            high=0.885,
            left_out=179,
            rows_url="#main",
            series=_week(),
            marks=[
                Mark(place=1, label="1", text=words["moved"]),
                Mark(place=3, label="2", text=words["reworded"], is_seam=True),
            ],
        ),
        "first": _minutes(),
        "effort": Example(value=5.84, n=372, low=5.71, high=5.97, unit="score", top=7),
        "nps": Example(value=33.3, n=324, low=24.9, high=41.1, unit="points"),
        "empty": Example(value=None, n=0),
        "few": Example(value=7 / 12, n=12, low=0.32, high=0.807),
        "all": Example(value=5.0, n=3, unit="score", top=5),
        "broken": Example(
            value=7200, n=14, low=3600, unit="span", counted="cases", unfinished=8, is_at_least=True, enough=0
        ),
        "kept": Example(
            value=0.91, n=1245, low=0.893, high=0.925, counted_at=timezone.now(), kept_for=timedelta(minutes=10)
        ),
        "columns": [Column(label=str(day), parts=(day % 5 * 3, day % 3, day % 4)) for day in range(1, 15)],
        "legend": [
            {"name": words["yes"], "tone": "satisfied"},
            {"name": words["silent"], "tone": "unconfirmed"},
            {"name": words["back"], "tone": "back"},
        ],
        "table": _table(words),
    }


def _week() -> list[Point]:
    return [
        Point(label=str(13 + place), value=share, low=share - 0.07, high=min(share + 0.06, 1))
        for place, share in enumerate(_SHARES)
    ]


def _minutes() -> Example:
    series = [
        Point(
            label=str(11 + place),
            value=None if minutes is None else minutes * 60,
            low=None if minutes is None else minutes * 50,
            high=None if minutes is None else minutes * 75,
        )
        for place, minutes in enumerate(_MINUTES)
    ]
    return Example(
        value=21 * 60, n=1245, low=19 * 60, high=23 * 60, unit="span", counted="cases", unfinished=7, series=series
    )


def _table(words: dict[str, str]) -> Table:
    columns = [
        Column(label=words["who"], kind="text", parts=()),
        Column(label=words["share"], kind="share", parts=()),
        Column(label=words["span"], kind="span", parts=()),
        Column(label=words["when"], kind="moment", parts=()),
    ]
    rows: list[list[Any]] = [
        [words["name"], 0.914, 18 * 60, timezone.now()],
        [words["long_name"], None, None, None],
        [words["formula"], 0, 90_000, timezone.now() - timedelta(days=400)],
    ]
    return Table(title=words["table"], columns=columns, rows=rows)
