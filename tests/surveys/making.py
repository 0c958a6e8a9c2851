"""Surveys for tests: one that uses everything, and small ones."""

from typing import Any

from otklik.foundation.actors import SYSTEM
from otklik.surveys.actions import Taken, publish, save_page, sit_down, write_survey
from otklik.surveys.definition import Definition
from otklik.surveys.models import Invitation, Sitting, Survey
from otklik.surveys.shape import SurveyIn


def question(key: str, instrument: str = "csat", **more: Any) -> dict[str, Any]:
    return {"key": key, "instrument": instrument, "text": f"Вопрос {key}", **more}


def page(key: str, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"key": key, "questions": list(questions), **more}


def survey_of(*pages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "После посылки", "title": "Как прошла доставка?", "pages": list(pages), **more}


DELIVERY = survey_of(
    page("main", question("sat"), question("ease", "ces")),
    page(
        "wrong",
        question(
            "why",
            "multiple",
            options=[{"id": "late", "text": "Поздно"}, {"id": "torn", "text": "Порвалась упаковка"}],
        ),
        question("words", "text"),
        show_if={"question": "sat", "is": "at_most", "value": 3},
    ),
    page("last", question("nps", "nps"), question("ok", "consent")),
)
"""Satisfied people skip the second page."""


def written(data: dict[str, Any]) -> Definition:
    """As it is taken in."""
    return SurveyIn.model_validate(data).definition()


def make_survey(data: dict[str, Any] = DELIVERY, **more: Any) -> Survey:
    """A survey that is asked."""
    survey = write_survey(definition=written({**data, **more}), actor=SYSTEM)
    publish(survey=survey, actor=SYSTEM)
    survey.refresh_from_db()
    return survey


def answered(survey: Survey, token: str, *pages: dict[str, Any], invitation: Invitation | None = None) -> Sitting:
    """Somebody goes through it, page after page."""
    sitting = sit_down(survey=survey, taken=Taken(token=token, invitation=invitation))
    for values in pages:
        at = sitting.page or sitting.version.definition["pages"][0]["key"]
        sitting = save_page(sitting=sitting, page=at, values=values)
    return sitting
