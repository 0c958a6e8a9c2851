"""What states, kinds and channels are called on the screen, and which icon and tone stand beside the word."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.standards.kinds import CHANNELS
from otklik.ui.labels import Label
from otklik.ui.words import when

__all__ = [
    "CAME_BACK",
    "CHANNELS",
    "PRIORITIES",
    "PROMISES",
    "STATES",
    "UNDELIVERED",
    "UNKNOWN_CHANNEL",
    "channel",
    "merged_into",
    "moment_words",
    "promise_words",
]

PRIORITIES = {
    "low": Label(text=pgettext_lazy("priority", "Low")),
    "normal": Label(text=pgettext_lazy("priority", "Normal")),
    "high": Label(text=pgettext_lazy("priority", "High"), icon="flag"),
    "urgent": Label(text=pgettext_lazy("priority", "Urgent"), icon="flag", tone="late"),
}
STATES = {
    "open": Label(text=pgettext_lazy("state of a case", "Open"), icon="message-2"),
    "solved": Label(text=pgettext_lazy("state of a case", "Solved"), icon="circle-check", tone="solved"),
    "satisfied": Label(text=_("The customer is satisfied"), icon="circle-check", tone="satisfied"),
    "unconfirmed": Label(
        text=pgettext_lazy("state of a case", "Unconfirmed"), icon="circle-dashed", tone="unconfirmed"
    ),
    "spam": Label(text=pgettext_lazy("state of a case", "Spam"), icon="ban", tone="unconfirmed"),
}
CAME_BACK = Label(text=_("Came back"), icon="arrow-back-up", tone="back")
UNDELIVERED = Label(text=_("Not delivered"), icon="mail-x", tone="undelivered")
PROMISES = {
    "first_answer": Label(text=pgettext_lazy("promise", "First answer"), icon="mail"),
    "next_word": Label(text=pgettext_lazy("promise", "Next word"), icon="mail"),
    "solution": Label(text=pgettext_lazy("promise", "Solution"), icon="circle-check"),
    "call_back": Label(text=pgettext_lazy("promise", "Call"), icon="phone"),
    "visit": Label(text=pgettext_lazy("promise", "Visit"), icon="map-pin"),
}
UNKNOWN_CHANNEL = Label(text=pgettext_lazy("channel", "Message"), icon="message-circle")


def merged_into(number: int) -> Label:
    return Label(text=gettext("Merged into case %(number)d") % {"number": number}, icon="git-merge", tone="unconfirmed")


def promise_words(kind: str) -> str:
    """What is promised, as a name."""
    return str(PROMISES[kind].text) if kind in PROMISES else kind


def moment_words(moment: str) -> str:
    """An ISO moment as the reader's pages write it."""
    return when(datetime.fromisoformat(moment), now=timezone.now()) if moment else ""


def channel(kind: str) -> Label:
    return CHANNELS.get(kind, UNKNOWN_CHANNEL)
