"""The only writer of goodwill."""

from otklik.goodwill.actions.arranging import set_budget, set_gift, set_limit, set_rule, set_situation, turn_the_month
from otklik.goodwill.actions.asking import (
    answer_asked,
    ask_lead,
    put_letter_back,
    take_up_letter,
    tell_overdue,
    withdraw,
)
from otklik.goodwill.actions.forgetting import forget_words
from otklik.goodwill.actions.giving import Wish, give, reverse_gesture, tell_customer
from otklik.goodwill.actions.hearing import hear_lead, put_word_back, take_up_word_back
from otklik.goodwill.actions.refusing import say_no

__all__ = [
    "Wish",
    "answer_asked",
    "ask_lead",
    "forget_words",
    "give",
    "hear_lead",
    "put_letter_back",
    "put_word_back",
    "reverse_gesture",
    "say_no",
    "set_budget",
    "set_gift",
    "set_limit",
    "set_rule",
    "set_situation",
    "take_up_letter",
    "take_up_word_back",
    "tell_customer",
    "tell_overdue",
    "turn_the_month",
    "withdraw",
]
