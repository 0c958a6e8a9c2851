"""The only writers of the help centre."""

from otklik.knowledge.actions.publishing import approve, offer, publish, send_back, withdraw
from otklik.knowledge.actions.serving import (
    decide_correction,
    judge,
    note_quotes,
    propose_correction,
    settle_searches,
)
from otklik.knowledge.actions.shelves import set_section
from otklik.knowledge.actions.writing import Words, edit_draft, set_article, start_draft, write_article

__all__ = [
    "Words",
    "approve",
    "decide_correction",
    "edit_draft",
    "judge",
    "note_quotes",
    "offer",
    "propose_correction",
    "publish",
    "send_back",
    "set_article",
    "set_section",
    "settle_searches",
    "start_draft",
    "withdraw",
    "write_article",
]
