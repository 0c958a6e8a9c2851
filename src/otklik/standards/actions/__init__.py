"""The only writers of standards."""

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
    Words,
    drop_draft,
    edit_draft,
    restore,
    set_standard,
    start_draft,
    write_standard,
)

__all__ = [
    "Words",
    "approve",
    "confirm_review",
    "drop_draft",
    "edit_draft",
    "offer",
    "publish",
    "remind_of_reviews",
    "restore",
    "send_back",
    "set_standard",
    "start_draft",
    "take_back",
    "write_standard",
]
