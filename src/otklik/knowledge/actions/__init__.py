"""The only writers of the help centre."""

from otklik.knowledge.actions.publishing import approve, offer, publish, send_back, withdraw
from otklik.knowledge.actions.shelves import set_section
from otklik.knowledge.actions.writing import Words, edit_draft, set_article, start_draft, write_article

__all__ = [
    "Words",
    "approve",
    "edit_draft",
    "offer",
    "publish",
    "send_back",
    "set_article",
    "set_section",
    "start_draft",
    "withdraw",
    "write_article",
]
