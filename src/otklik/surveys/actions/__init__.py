"""The only writer of surveys, of those who go through them and of their answers."""

from otklik.surveys.actions.answering import Taken, save_page, sit_down, take_answers
from otklik.surveys.actions.forgetting import forget_answers, move_answers
from otklik.surveys.actions.inviting import invite, stay_silent
from otklik.surveys.actions.publishing import close_survey, open_survey, publish
from otklik.surveys.actions.writing import change_survey, copy_survey, drop_draft, write_survey

__all__ = [
    "Taken",
    "change_survey",
    "close_survey",
    "copy_survey",
    "drop_draft",
    "forget_answers",
    "invite",
    "move_answers",
    "open_survey",
    "publish",
    "save_page",
    "sit_down",
    "stay_silent",
    "take_answers",
    "write_survey",
]
