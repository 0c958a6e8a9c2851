"""The only writer of suggestions, voices and words."""

from otklik.suggestions.actions.deciding import answer, edit_suggestion, hide, link, move, show, unlink
from otklik.suggestions.actions.forgetting import forget_suggestions, move_cases, move_voices
from otklik.suggestions.actions.merging import merge
from otklik.suggestions.actions.ours import back_idea, suggest_as_colleague
from otklik.suggestions.actions.suggesting import Said, add_voice, suggest, withdraw_voice
from otklik.suggestions.actions.telling import note_told, say_helped, tell_everyone, tell_one, voices_to_tell

__all__ = [
    "Said",
    "add_voice",
    "answer",
    "back_idea",
    "edit_suggestion",
    "forget_suggestions",
    "hide",
    "link",
    "merge",
    "move",
    "move_cases",
    "move_voices",
    "note_told",
    "say_helped",
    "show",
    "suggest",
    "suggest_as_colleague",
    "tell_everyone",
    "tell_one",
    "unlink",
    "voices_to_tell",
    "withdraw_voice",
]
