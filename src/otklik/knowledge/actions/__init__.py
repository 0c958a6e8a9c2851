"""The only writers of the help centre."""

from otklik.knowledge.actions.files import add_file, remove_file
from otklik.knowledge.actions.importing import import_articles
from otklik.knowledge.actions.publishing import (
    approve,
    bring_back,
    confirm_review,
    offer,
    publish,
    publish_due,
    send_back,
    take_back,
    withdraw,
)
from otklik.knowledge.actions.serving import (
    decide_correction,
    judge,
    note_quotes,
    propose_correction,
    settle_searches,
    take_correction,
)
from otklik.knowledge.actions.shelves import remove_section, set_brand, set_section
from otklik.knowledge.actions.visiting import (
    Asked,
    forget_visits,
    join_case,
    new_visitor,
    note_opened,
    note_reading,
    note_search,
    say_helpful,
    say_solved,
)
from otklik.knowledge.actions.words import set_house_words
from otklik.knowledge.actions.writing import (
    Words,
    confirm_translation,
    drop_draft,
    edit_draft,
    restore,
    set_article,
    start_draft,
    write_article,
)

__all__ = [
    "Asked",
    "Words",
    "add_file",
    "approve",
    "bring_back",
    "confirm_review",
    "confirm_translation",
    "decide_correction",
    "drop_draft",
    "edit_draft",
    "forget_visits",
    "import_articles",
    "join_case",
    "judge",
    "new_visitor",
    "note_opened",
    "note_quotes",
    "note_reading",
    "note_search",
    "offer",
    "propose_correction",
    "publish",
    "publish_due",
    "remove_file",
    "remove_section",
    "restore",
    "say_helpful",
    "say_solved",
    "send_back",
    "set_article",
    "set_brand",
    "set_house_words",
    "set_section",
    "settle_searches",
    "start_draft",
    "take_back",
    "take_correction",
    "withdraw",
    "write_article",
]
