"""The part of surveys in the demo company: two that are asked, with what people answered in the last ten weeks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from django.utils import timezone

from otklik.customers.actions import identify
from otklik.foundation.actors import SYSTEM
from otklik.foundation.manifest import Deeds
from otklik.surveys.actions import (
    Taken,
    Wanted,
    ask_by_hand,
    note_day,
    plan_asking,
    publish,
    save_page,
    sit_down,
    take_answers,
    write_survey,
)
from otklik.surveys.examples import example
from otklik.surveys.models import Survey

_BEGAN, _DAYS = timedelta(days=71), 70
_COURSE, _RELATION, _HALVES = 64, 90, 7
_PLACES = ("Арбат", "Таганка", "")
_CHANGES = (
    "Больше разговорной практики и меньше упражнений в тетради.",
    "Присылайте задание хотя бы за день до занятия.",
    "Хорошо бы запись занятия для тех, кто заболел.",
    "Всё понравилось, спасибо преподавателю!",
    "",
    "",
)
_IMPROVE = (
    "Отвечал бы на письма в тот же день.",
    "Сделал бы пробное занятие бесплатным.",
    "Добавил бы вечерние группы по субботам.",
    "",
    "",
    "",
)


def deeds(now: datetime, chance: Random) -> Deeds:
    """Both are published ten weeks ago; the answers are written down at once, each with its own day."""
    surveys: dict[str, Survey] = {}
    yield now - _BEGAN, partial(_publish, surveys)
    yield now - timedelta(days=33), partial(_note, now)
    yield now - timedelta(minutes=50), partial(_answer, surveys, chance)
    yield now - timedelta(minutes=40), partial(_ask, surveys)


def _publish(surveys: dict[str, Survey]) -> None:
    for name in ("course", "relation"):
        surveys[name] = write_survey(definition=example(name), actor=SYSTEM)
        publish(survey=surveys[name], actor=SYSTEM)


def _note(now: datetime) -> None:
    note_day(day=(now - timedelta(days=33)).date(), text="Переехали в новый учебный корпус", actor=SYSTEM)


def _ask(surveys: Mapping[str, Survey]) -> None:
    """After each course by itself; and now two people by hand, one of whom has a complaint under way."""
    survey = surveys["course"]
    plan_asking(survey=survey, wanted=Wanted(trigger="satisfied", share=50), actor=SYSTEM)
    for email in ("tamara.belousova@mail.example", "oksana.lebedeva@mail.example"):
        turn = ask_by_hand(survey=survey, customer=identify(kind="email", value=email), actor=SYSTEM)
    if turn.invitation is not None:  # the second answers at once, and her low score calls
        sitting = sit_down(survey=survey, taken=Taken(token=f"demo-{survey.pk}-low", invitation=turn.invitation))
        save_page(sitting=sitting, page="main", values={"satisfied": 2})


def _answer(surveys: Mapping[str, Survey], chance: Random) -> None:
    for at in range(_COURSE):
        _take(surveys["course"], at, _of_course(chance), chance)
    for at in range(_RELATION):
        _take(surveys["relation"], at, _of_relation(chance), chance)
    for at in range(_HALVES):
        sitting = sit_down(survey=surveys["course"], taken=Taken(token=f"demo-half-{at}"))
        save_page(sitting=sitting, page="main", values={"satisfied": chance.choice([3, 4, 5])})


def _take(survey: Survey, at: int, values: dict[str, Any], chance: Random) -> None:
    moment = timezone.now() - timedelta(days=chance.randint(0, _DAYS), minutes=chance.randint(1, 700))
    taken = Taken(token=f"demo-{survey.pk}-{at}", channel="link", segment=chance.choice(_PLACES))
    take_answers(survey=survey, values=values, actor=SYSTEM, taken=taken, at=moment)


def _of_course(chance: Random) -> dict[str, Any]:
    good = chance.choices([5, 4, 3, 2, 1], [40, 34, 14, 8, 4])[0]
    rows = {row: _near(good, chance) for row in ("teacher", "material", "pace", "practice")}
    return {
        "satisfied": good, "useful": chance.choice([_near(good, chance), None]), "rate": rows,
        "recommend": min(10, good * 2 + chance.choice([-1, 0, 0, 1])), "words": chance.choice(_CHANGES),
    }  # fmt: skip


def _near(good: int, chance: Random) -> int:
    return min(5, max(1, good + chance.choice([-1, 0, 0, 1])))


def _of_relation(chance: Random) -> dict[str, Any]:
    score = chance.choices(range(11), [2, 1, 1, 2, 3, 6, 8, 14, 20, 25, 18])[0]
    why = {"why_low": "Долго ждал ответа"} if score in range(7) else {"why_high": "Маленькие группы"}
    told = {} if score in {7, 8} else why
    return {
        "recommend": score,
        "improve": chance.choice(_IMPROVE),
        "show": chance.choice([True, True, False, None]),
        **told,
    }
