"""How a person likes to be served, in words: one line for whoever reads, and every change as a sentence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from otklik.customers.models import Wishes

PACES: Final[Mapping[str, str | Promise]] = {
    Wishes.Pace.SHORT: pgettext_lazy("how to serve", "briefly"),
    Wishes.Pace.DETAILED: pgettext_lazy("how to serve", "in detail"),
    Wishes.Pace.UNHURRIED: pgettext_lazy("how to serve", "without haste: it matters to them to talk"),
}
CHANNELS: Final[Mapping[str, str | Promise]] = {
    Wishes.Channel.EMAIL: pgettext_lazy("how to serve", "by letter"),
    Wishes.Channel.PHONE: pgettext_lazy("how to serve", "by phone"),
}
FORMS: Final[Mapping[str, str | Promise]] = {
    Wishes.Form.PATRONYMIC: pgettext_lazy("how to serve", "by name and patronymic"),
    Wishes.Form.FIRST_NAME: pgettext_lazy("how to serve", "by first name"),
}
NEEDS: Final[Mapping[str, str | Promise]] = {
    Wishes.Need.LARGE_PRINT: pgettext_lazy("how to serve", "large print"),
    Wishes.Need.NO_PHONE: pgettext_lazy("how to serve", "no phone calls"),
    Wishes.Need.SIGN_LANGUAGE: pgettext_lazy("how to serve", "sign language"),
    Wishes.Need.SLOWER_SPEECH: pgettext_lazy("how to serve", "slower speech"),
    Wishes.Need.HELP_AT_THE_ENTRANCE: pgettext_lazy("how to serve", "help at the entrance"),
}
FIELDS: Final = ("pace", "channel", "form", "called_as", "needs", "own_words", "upset")
LABELS: Final[Mapping[str, Any]] = {
    "pace": gettext_lazy("Pace"),
    "channel": gettext_lazy("Channel"),
    "form": gettext_lazy("Form of address"),
    "called_as": gettext_lazy("What to call them"),
    "needs": gettext_lazy("What they need"),
    "own_words": gettext_lazy("What else they need"),
    "upset": gettext_lazy("What upset them before"),
}
_WITH_A_SURNAME: Final = 3
_MEANINGS: Final = {"pace": PACES, "channel": CHANNELS, "form": FORMS}
_PATRONYMIC = re.compile(r"\w+(?:вич|вна|ична|ьич)", re.IGNORECASE)


# ── What to call a person ─────────────────────────────────────────────────────────────────
def name_for(form: str, name: str) -> str:
    """What a person of this full name is called in a form of address; '' when the name does not say it."""
    words = name.split()
    pairs = pairwise(words) if len(words) >= _WITH_A_SURNAME else ()
    full = next((pair for pair in pairs if _PATRONYMIC.fullmatch(pair[1])), None)
    if form == Wishes.Form.PATRONYMIC:
        return " ".join(full) if full else ""
    return (full or (*words, ""))[0] if form == Wishes.Form.FIRST_NAME else ""


# ── In words ──────────────────────────────────────────────────────────────────────────────
def value_in_words(wishes: Wishes, field: str) -> str:
    """What one field says; '' when it says nothing."""
    value = getattr(wishes, field)
    if field == "needs":
        return ", ".join(str(NEEDS.get(one, one)) for one in value)
    return str(_MEANINGS.get(field, {}).get(value, value))


def in_one_line(wishes: Wishes) -> Sequence[str]:
    """The parts of the line that stands beside a case, those that are said."""
    called = wishes.called_as or value_in_words(wishes, "form")
    return [
        part
        for part in (
            value_in_words(wishes, "pace"),
            value_in_words(wishes, "channel"),
            _("address as %(name)s") % {"name": called} if called else "",
            value_in_words(wishes, "needs"),
            wishes.own_words,
            _("was upset by: %(what)s") % {"what": wishes.upset} if wishes.upset else "",
        )
        if part
    ]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One saving: ``author`` is '' for the customer themselves; ``sentences``: what is different since the one before.

    None of them for the first saving of nothing.
    """

    at: datetime
    author: str
    sentences: Sequence[str]


def changes_of(versions: Iterable[Wishes]) -> list[Change]:
    """What each saving changed, the newest first; ``versions`` in the order of their numbers."""
    found, before = [], Wishes(needs=[])
    for now in versions:
        sentences = [_sentence(before, now, field) for field in FIELDS if getattr(before, field) != getattr(now, field)]
        found.append(Change(at=now.at, author=now.agent_name, sentences=sentences))
        before = now
    return found[::-1]


def _sentence(before: Wishes, now: Wishes, field: str) -> str:
    was, said = value_in_words(before, field), value_in_words(now, field)
    words = {"what": str(LABELS[field]), "now": said, "before": was}
    if not said:
        return _("%(what)s: nothing any more, it was “%(before)s”.") % words
    if not was:
        return _("%(what)s: “%(now)s”.") % words
    return _("%(what)s: “%(now)s”, it was “%(before)s”.") % words
