"""The only writer of talks, calls, what we owe by phone, and who stands at a counter."""

from otklik.calls.actions.asking import Wish, ask_for_call
from otklik.calls.actions.counters import call_somebody, forget_those_who_waited, go_to, let_go, save_counter
from otklik.calls.actions.exchanges import add_exchange, dialect_of, greet_exchange, hear_exchange
from otklik.calls.actions.forgetting import forget_calls
from otklik.calls.actions.noting import Spoken, meet_caller, note_first_talk, note_talk, note_wrong_number
from otklik.calls.actions.numbers import save_extensions
from otklik.calls.actions.owing import bring_together, close_call_backs, note_spoken, owe_call_back, settle_call_backs
from otklik.calls.actions.recording import fetch_recording, forget_old_recordings
from otklik.calls.actions.ringing import not_for_me, take_all, take_call

__all__ = [
    "Spoken",
    "Wish",
    "add_exchange",
    "ask_for_call",
    "bring_together",
    "call_somebody",
    "close_call_backs",
    "dialect_of",
    "fetch_recording",
    "forget_calls",
    "forget_old_recordings",
    "forget_those_who_waited",
    "go_to",
    "greet_exchange",
    "hear_exchange",
    "let_go",
    "meet_caller",
    "not_for_me",
    "note_first_talk",
    "note_spoken",
    "note_talk",
    "note_wrong_number",
    "owe_call_back",
    "save_counter",
    "save_extensions",
    "settle_call_backs",
    "take_all",
    "take_call",
]
