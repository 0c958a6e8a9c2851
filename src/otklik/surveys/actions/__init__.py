"""The only writer of surveys, of those who go through them and of their answers."""

from otklik.surveys.actions.answering import Taken, save_page, sit_down, take_answers
from otklik.surveys.actions.asking import ask_by_hand, note_arrived, note_opened, remind, take_turn
from otklik.surveys.actions.calling import LOW_SCORE, answer_low_score
from otklik.surveys.actions.forgetting import forget_answers, move_answers
from otklik.surveys.actions.inviting import break_silence, invite, stay_silent
from otklik.surveys.actions.noting import drop_note, note_day
from otklik.surveys.actions.planning import (
    Wanted,
    begin_round,
    forget_lines,
    note_end_of_case,
    plan_asking,
    take_list,
)
from otklik.surveys.actions.publishing import close_survey, open_survey, publish
from otklik.surveys.actions.tallying import tally
from otklik.surveys.actions.writing import change_survey, copy_survey, drop_draft, write_survey

__all__ = [
    "LOW_SCORE",
    "Taken",
    "Wanted",
    "answer_low_score",
    "ask_by_hand",
    "begin_round",
    "break_silence",
    "change_survey",
    "close_survey",
    "copy_survey",
    "drop_draft",
    "drop_note",
    "forget_answers",
    "forget_lines",
    "invite",
    "move_answers",
    "note_arrived",
    "note_day",
    "note_end_of_case",
    "note_opened",
    "open_survey",
    "plan_asking",
    "publish",
    "remind",
    "save_page",
    "sit_down",
    "stay_silent",
    "take_answers",
    "take_list",
    "take_turn",
    "tally",
    "write_survey",
]
