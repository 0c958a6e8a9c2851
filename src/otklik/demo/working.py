"""What a worker would do meanwhile, done at once, but for what may wait until the doors are open."""

from typing import Final

from otklik.foundation.events.jobs import run_due_jobs
from otklik.knowledge.handlers import derive_what_the_search_needs

_LATER: Final = (f"{derive_what_the_search_needs.__module__}.{derive_what_the_search_needs.__name__}",)
"""Meaning of 83 articles is a tenth of the whole making; the workers find it in the first seconds after it."""


def work_off() -> None:
    """Every due job and what follows from it."""
    run_due_jobs(most=2000, leaving=_LATER)
