"""Surveys to begin with, in both languages."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.surveys.definition import Definition, read

EXAMPLES: Final[dict[str, str | Promise]] = {
    "case": _("After a case: how it went"),
    "relation": _("Relationship: would they recommend you (NPS)"),
    "visit": _("After a visit"),
    "course": _("After a course"),
    "servqual": _("Quality of service by five dimensions (SERVQUAL, 22 pairs)"),
    "empty": _("From nothing: one question"),
}


def example(name: str) -> Definition:
    """Raises ``KeyError``."""
    return read(_all()[name])


@cache
def _all() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("otklik.surveys").joinpath("examples.json").read_text(encoding="utf-8"))
    return found
