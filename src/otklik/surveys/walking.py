"""Going through a survey: which page follows, which questions are shown. Needs nothing but the survey and answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from otklik.surveys.definition import END, Condition, Definition, Page, Question

type Values = Mapping[str, Any]
"""By the key of a question: a number, an id, a list of ids, words or a truth; what was not answered is not there.

A SERVQUAL pair compares by what was perceived; a matrix only by whether it was answered.
"""


def holds(condition: Condition | None, values: Values) -> bool:
    """Whether it is true. What was not answered compares as false: absence is no value."""
    if condition is None:
        return True
    if condition.all:
        return all(holds(one, values) for one in condition.all)
    if condition.any:
        return any(holds(one, values) for one in condition.any)
    return _compares(condition, values.get(condition.question or ""))


def _compares(condition: Condition, value: Any) -> bool:
    wanted = condition.value
    if value is None:
        return condition.is_ == "not_answered"
    if isinstance(value, dict):
        value = value.get("perceived")
    match condition.is_:
        case "equals" | "not_equals":
            return (value == wanted) is (condition.is_ == "equals")
        case "has" | "has_not":
            return (wanted in _several(value)) is (condition.is_ == "has")
        case "at_least" | "at_most":
            if not isinstance(value, int) or not isinstance(wanted, int):
                return False
            return value >= wanted if condition.is_ == "at_least" else value <= wanted
    return condition.is_ == "answered"


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Step:
    """A page that is shown, with the questions that are shown on it."""

    page: Page
    questions: tuple[Question, ...]


def walk(survey: Definition, values: Values) -> Iterator[Step]:
    """The pages in the order in which somebody with these answers sees them.

    Only answers to what was shown count on the way. Of a survey that goes in a circle it ends all the same.
    """
    told: dict[str, Any] = {}
    place = 0
    for _most in survey.pages:
        step = None
        while place < len(survey.pages) and step is None:
            step = _step(survey.pages[place], told)
            place += step is None
        if step is None:
            return
        yield step
        told |= {one.key: values[one.key] for one in step.questions if one.key in values}
        after = _after(survey, place, told)
        if after is None:
            return
        place = after


def _step(page: Page, told: Values) -> Step | None:
    if not holds(page.show_if, told):
        return None
    shown = tuple(one for one in page.questions if holds(one.show_if, told))
    return Step(page, shown) if shown else None


def _after(survey: Definition, place: int, told: Values) -> int | None:
    """Where the page at this place leads; None: out of the survey."""
    for jump in survey.pages[place].then:
        if holds(jump.if_, told):
            return None if jump.go == END else next(at for at, one in enumerate(survey.pages) if one.key == jump.go)
    return place + 1


def path_to(survey: Definition, values: Values, page: str) -> list[Step]:
    """The steps up to this page, with it; all of them when it is not on the way."""
    steps: list[Step] = []
    for step in walk(survey, values):
        steps.append(step)
        if step.page.key == page:
            break
    return steps
