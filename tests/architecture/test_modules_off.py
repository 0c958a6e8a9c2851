"""Whoever shows something of a module that a house may do without asks whether the house has it."""

from pathlib import Path

import pytest

from otklik.config.modules import MODULES
from otklik.foundation.in_use import switchable

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "otklik"
BEHIND_A_GUARD = "reached only by views that ``only_with`` marks in the urls"
FACTS = "keeps facts true, shows nothing"
NEED_NOT = {
    "knowledge": {
        "cases/actions/answering.py": FACTS,
        "cases/actions/solving.py": FACTS,
        "cases/figures/articles.py": BEHIND_A_GUARD,
        "cases/lessons.py": BEHIND_A_GUARD,
        "cases/views/article_figures.py": BEHIND_A_GUARD,
        "cases/views/articles.py": f"{BEHIND_A_GUARD}, but for templates, beside which ``offered`` gives none",
        "portal/actions.py": "is given no visit: ``visitor_of`` knows none",
        "portal/finding.py": BEHIND_A_GUARD,
        "portal/meta.py": BEHIND_A_GUARD,
        "portal/views/centre.py": BEHIND_A_GUARD,
        "portal/views/contact.py": "``fitting`` and ``visitor_of`` give nothing",
        "portal/views/helped.py": BEHIND_A_GUARD,
        "suggestions/actions/deciding.py": FACTS,
        "topics/learning/features.py": "the embedder is a part of the program, not of the help centre",
        "topics/actions/learning.py": "the same",
    },
    "suggestions": {"portal/views/ideas.py": BEHIND_A_GUARD},
    "complaints": {
        "topics/handlers.py": "what it registers is asked by complaints alone",
        "topics/measuring.py": "drawn and asked on the pages of problems alone",
        "topics/views/dictionary.py": "``problems_of`` gives none, and ``watch`` is marked in the urls",
    },
    "goodwill": {"figures/naming.py": "names the rules that figures are grouped by, and ``measures`` gives none"},
}
"""By module: the files of others that know of it and do not ask, with the reason."""


def knowing(name: str) -> dict[str, bool]:
    """Files of other apps that import the app → whether they ask."""
    found = {}
    for app in (*MODULES, "ui"):
        for path in sorted((PACKAGE / app).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if app != name and path.name != "demo.py" and f"otklik.{name}" in text:
                asks = f'is_in_use("{name}")' in text or f'only_with("{name}")' in text
                found[str(path.relative_to(PACKAGE))] = asks
    return found


@pytest.mark.parametrize("name", [one.name for one in switchable()])
def test_whoever_knows_of_it_asks_or_says_why_not(name: str) -> None:
    silent = {path for path, asks in knowing(name).items() if not asks}

    assert silent == NEED_NOT.get(name, {}).keys()


def test_the_guard_is_awake() -> None:
    assert knowing("knowledge")["portal/reading.py"] is True
    assert knowing("knowledge")["cases/lessons.py"] is False
