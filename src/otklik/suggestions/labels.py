"""What states, sources and reasons are called, with their icons and tones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.suggestions.models import State, Thanked, Word


@dataclass(frozen=True, kw_only=True)
class Label:
    """``theirs``: how the customer is told it; ``move``: what whoever brings it there presses."""

    text: str | Promise
    icon: str
    tone: str = ""
    theirs: str | Promise = ""
    move: str | Promise = ""


STATES: Final[Mapping[str, Label]] = {
    State.NEW: Label(
        text=pgettext_lazy("state of a suggestion", "New"),
        icon="bulb",
        tone="accent",
        theirs=pgettext_lazy("fate of a suggestion", "We have it"),
    ),
    State.LOOKED_AT: Label(
        text=pgettext_lazy("state of a suggestion", "Being looked at"),
        icon="search",
        theirs=pgettext_lazy("fate of a suggestion", "We are looking at it"),
        move=_("Look at it"),
    ),
    State.PLANNED: Label(
        text=pgettext_lazy("state of a suggestion", "Planned"),
        icon="calendar",
        tone="accent",
        theirs=pgettext_lazy("fate of a suggestion", "We plan it"),
        move=_("Plan it"),
    ),
    State.IN_WORK: Label(
        text=pgettext_lazy("state of a suggestion", "In work"),
        icon="refresh",
        tone="accent",
        theirs=pgettext_lazy("fate of a suggestion", "We are doing it"),
        move=_("Take it into work"),
    ),
    State.DONE: Label(
        text=pgettext_lazy("state of a suggestion", "Done"),
        icon="circle-check",
        tone="satisfied",
        theirs=pgettext_lazy("fate of a suggestion", "Done"),
        move=_("It is done"),
    ),
    State.DECLINED: Label(
        text=pgettext_lazy("state of a suggestion", "Declined"),
        icon="circle-x",
        theirs=pgettext_lazy("fate of a suggestion", "We will not do it"),
        move=_("Decline it…"),
    ),
    State.DUPLICATE: Label(
        text=pgettext_lazy("state of a suggestion", "Duplicate"),
        icon="copy",
        theirs=pgettext_lazy("fate of a suggestion", "Joined with another"),
    ),
}

SOURCES: Final[Mapping[str, Label]] = {
    Word.Source.MESSAGE: Label(text=pgettext_lazy("where it was said", "in a case"), icon="mail"),
    Word.Source.SURVEY: Label(text=pgettext_lazy("where it was said", "in a survey"), icon="checklist"),
    Word.Source.PORTAL: Label(text=pgettext_lazy("where it was said", "on the page of ideas"), icon="world"),
    Word.Source.PHONE: Label(text=pgettext_lazy("where it was said", "by phone"), icon="phone"),
    Word.Source.STAFF: Label(text=pgettext_lazy("where it was said", "by a colleague"), icon="users"),
    Word.Source.API: Label(text=pgettext_lazy("where it was said", "in another program"), icon="external-link"),
}

NOT_TOLD: Final[Mapping[str, str | Promise]] = {
    "no_way": _("We know no way to write to them."),
    "refused": _("No letter may go there; the gate has written down why."),
}

REASONS: Final[Mapping[str, Label]] = {
    Thanked.Reason.SUGGESTED: Label(
        text=pgettext_lazy("what somebody is thanked for", "what they suggested is done"), icon="bulb"
    ),
    Thanked.Reason.WAITED: Label(text=pgettext_lazy("what somebody is thanked for", "they waited long"), icon="clock"),
    Thanked.Reason.TENTH: Label(
        text=pgettext_lazy("what somebody is thanked for", "they come again and again"), icon="users"
    ),
}
