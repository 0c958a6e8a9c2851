"""The only writers of standards."""

from otklik.standards.actions.archiving import archive, bring_back
from otklik.standards.actions.proposing import decline_proposal, propose_change, take_proposal, unlink_cases
from otklik.standards.actions.publishing import (
    approve,
    confirm_review,
    offer,
    publish,
    remind_of_reviews,
    send_back,
    take_back,
)
from otklik.standards.actions.writing import (
    MOST_STEPS,
    Words,
    drop_draft,
    edit_draft,
    restore,
    set_standard,
    start_draft,
    write_standard,
)

__all__ = [
    "MOST_STEPS",
    "Words",
    "approve",
    "archive",
    "bring_back",
    "confirm_review",
    "decline_proposal",
    "drop_draft",
    "edit_draft",
    "offer",
    "propose_change",
    "publish",
    "remind_of_reviews",
    "restore",
    "send_back",
    "set_standard",
    "start_draft",
    "take_back",
    "take_proposal",
    "unlink_cases",
    "write_standard",
]
