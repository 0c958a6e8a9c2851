"""The only writer of suggestions, voices and words."""

from otklik.suggestions.actions.deciding import answer, edit_suggestion, hide, link, move, show, unlink
from otklik.suggestions.actions.forgetting import forget_suggestions, move_cases, move_voices
from otklik.suggestions.actions.merging import merge
from otklik.suggestions.actions.ours import back_idea, suggest_as_colleague
from otklik.suggestions.actions.suggesting import Said, add_voice, suggest, withdraw_voice
from otklik.suggestions.actions.telling import note_told, say_helped, tell_everyone, tell_one, voices_to_tell
from otklik.suggestions.actions.thanking import allow_praise, hear_praise, hide_praise, show_praise, thank

__all__ = [
    "Said",
    "add_voice",
    "allow_praise",
    "answer",
    "back_idea",
    "edit_suggestion",
    "forget_suggestions",
    "hear_praise",
    "hide",
    "hide_praise",
    "link",
    "merge",
    "move",
    "move_cases",
    "move_voices",
    "note_told",
    "say_helped",
    "show",
    "show_praise",
    "suggest",
    "suggest_as_colleague",
    "tell_everyone",
    "tell_one",
    "thank",
    "unlink",
    "voices_to_tell",
    "withdraw_voice",
]
