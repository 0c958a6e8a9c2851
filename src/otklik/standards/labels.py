"""Standards in the words of the page: how their versions stand, when they apply, and their parts."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from otklik.foundation.http.versions import Parts
from otklik.standards.choosing import conditions_of
from otklik.standards.kinds import CHANNELS, KINDS
from otklik.standards.models import Standard, Version
from otklik.standards.observed import FACTS
from otklik.ui.labels import Label
from otklik.ui.words import working_hours

STATES = {
    "draft": Label(text=pgettext_lazy("state of a standard", "Draft"), icon="pencil"),
    "waiting": Label(text=gettext_lazy("Waits for approval"), icon="hourglass", tone="risk"),
    "approved": Label(text=pgettext_lazy("state of a standard", "Approved"), icon="check", tone="solved"),
    "live": Label(text=pgettext_lazy("state of a standard", "In force"), icon="circle-check", tone="satisfied"),
    "past": Label(text=pgettext_lazy("state of a standard", "In force before"), icon="history"),
}


_CONDITIONS = {
    "organization": gettext_lazy("organization"),
    "tier": gettext_lazy("tier"),
    "tag": gettext_lazy("tag"),
    "case_kind": gettext_lazy("kind"),
    "team": gettext_lazy("team"),
    "channel": gettext_lazy("channel"),
}


def condition_words(standard: Standard, only: Collection[str] | None = None) -> list[tuple[str, str]]:
    """What it is for, the narrowest first: what that is called, and its value in words. ``only``: some of it."""
    return [
        (str(_CONDITIONS[name]), _value_words(standard, name, value))
        for name, value in conditions_of(standard).items()
        if only is None or name in only
    ]


def _value_words(standard: Standard, name: str, value: Any) -> str:
    if name == "case_kind":
        return str(KINDS[value].text) if value in KINDS else str(value)
    if name == "channel":
        return str(CHANNELS[value].text) if value in CHANNELS else str(value)
    return str(getattr(standard, name))


def applies_to(standard: Standard) -> str:
    """When it applies, in a few words."""
    if standard.archived_at:
        return _("No case any more")
    if words := condition_words(standard):
        return ", ".join(f"{label}: {value}" for label, value in words)
    return _("Every kind without a standard of its own") if standard.is_default else _("No kind of case yet")


def promises_of(version: Version) -> Sequence[tuple[Label, str]]:
    """What it promises, each with how long it takes."""
    return (
        (Label(text=gettext_lazy("First answer"), icon="clock"), working_hours(version.first_answer_minutes)),
        (Label(text=gettext_lazy("Next word"), icon="message-2"), working_hours(version.next_word_minutes)),
        (Label(text=gettext_lazy("Solution"), icon="circle-check"), working_hours(version.solution_minutes)),
    )


def counted_words(version: Version) -> str:
    """In which time that is."""
    return _("by day and night") if version.is_round_the_clock else _("in the working time of the case's team")


def step_words(words: str, fact: str) -> str:
    """A step with what ticks it by itself."""
    return f"{words} ({FACTS[fact]})" if fact in FACTS else words


def _promised(version: Version) -> str:
    times = (f"{label.text}: {words}" for label, words in promises_of(version))
    return "\n".join([*times, counted_words(version)])


def parts_of(version: Version) -> Parts:
    """What two versions are compared by."""
    names: Sequence[tuple[str | Promise, str]] = (
        (_("Why we do it"), version.why),
        (_("What the customer should feel"), version.emotion),
        (_("How it is done"), "\n".join(step_words(words, fact) for _number, words, fact in version.steps)),
        (_("What we say"), version.good),
        (_("What makes it good"), version.good_because),
        (_("What we do not say"), version.bad),
        (_("What is wrong with it"), version.bad_because),
        (_("Promises"), _promised(version)),
    )
    return names
