"""The only writer of cases."""

from otklik.cases.actions.answering import (
    NotTold,
    believe_it_arrived,
    forget_draft,
    leave,
    look,
    not_told,
    note,
    reply,
    retry_undelivered,
    save_draft,
    settle_undelivered,
    unsettle_undelivered,
)
from otklik.cases.actions.apologizing import answer_for_it, preview_apology
from otklik.cases.actions.asking import asks_the_customer
from otklik.cases.actions.closing import (
    bring_back,
    close_unconfirmed,
    confirm_satisfaction,
    reopen,
    take_dissatisfaction,
)
from otklik.cases.actions.drafts import add_draft_files, remove_draft_file, take_draft_files
from otklik.cases.actions.editing import alert, edit_case, see_alerts, tag_case, unsee_alert
from otklik.cases.actions.fields import checked_custom, save_custom_field
from otklik.cases.actions.forgetting import erase_cases, erase_person, move_cases
from otklik.cases.actions.handing import change_customer
from otklik.cases.actions.keeping_open import objects_to_closing
from otklik.cases.actions.leaving import find_those_left_behind, let_agent_go
from otklik.cases.actions.macros import restore_macro, save_macro
from otklik.cases.actions.merging import merge_cases
from otklik.cases.actions.opening import (
    add_conversation,
    file_history,
    hear,
    open_case,
    open_for_customer,
    record_undelivered,
)
from otklik.cases.actions.owning import dismiss_deputies, name_deputy, stand_in, transfer
from otklik.cases.actions.previewing import preview_answer
from otklik.cases.actions.promising import COUNTED, give_promise_back, keep_promise
from otklik.cases.actions.recounting import count_promises_anew
from otklik.cases.actions.retelling import hear_aloud, tell_aloud
from otklik.cases.actions.serving import take_newer_standard
from otklik.cases.actions.solving import answer_and_solve, mark_solved, take_back
from otklik.cases.actions.spam import mark_spam, unmark_spam
from otklik.cases.actions.splitting import join_again, split_case
from otklik.cases.actions.stepping import open_step, skip_step, tick_step, tick_what_happened, untick_what_was_lost
from otklik.cases.actions.vowing import (
    keep_vow,
    make_promise,
    move_promise,
    put_promise_back,
    withdraw_promise,
)

__all__ = [
    "COUNTED",
    "NotTold",
    "add_conversation",
    "add_draft_files",
    "alert",
    "answer_and_solve",
    "answer_for_it",
    "asks_the_customer",
    "believe_it_arrived",
    "bring_back",
    "change_customer",
    "checked_custom",
    "close_unconfirmed",
    "confirm_satisfaction",
    "count_promises_anew",
    "dismiss_deputies",
    "edit_case",
    "erase_cases",
    "erase_person",
    "file_history",
    "find_those_left_behind",
    "forget_draft",
    "give_promise_back",
    "hear",
    "hear_aloud",
    "join_again",
    "keep_promise",
    "keep_vow",
    "leave",
    "let_agent_go",
    "look",
    "make_promise",
    "mark_solved",
    "mark_spam",
    "merge_cases",
    "move_cases",
    "move_promise",
    "name_deputy",
    "not_told",
    "note",
    "objects_to_closing",
    "open_case",
    "open_for_customer",
    "open_step",
    "preview_answer",
    "preview_apology",
    "put_promise_back",
    "record_undelivered",
    "remove_draft_file",
    "reopen",
    "reply",
    "restore_macro",
    "retry_undelivered",
    "save_custom_field",
    "save_draft",
    "save_macro",
    "see_alerts",
    "settle_undelivered",
    "skip_step",
    "split_case",
    "stand_in",
    "tag_case",
    "take_back",
    "take_dissatisfaction",
    "take_draft_files",
    "take_newer_standard",
    "tell_aloud",
    "tick_step",
    "tick_what_happened",
    "transfer",
    "unmark_spam",
    "unsee_alert",
    "unsettle_undelivered",
    "untick_what_was_lost",
    "withdraw_promise",
]
