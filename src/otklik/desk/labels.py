"""What states, kinds and channels are called on the screen, and which icon and tone stand beside the word."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, kw_only=True)
class Label:
    text: str | Promise
    icon: str = ""
    tone: str = ""


KINDS = {
    "question": Label(text=pgettext_lazy("kind of case", "Question"), icon="message-question"),
    "complaint": Label(text=pgettext_lazy("kind of case", "Complaint"), icon="mood-sad"),
    "request": Label(text=pgettext_lazy("kind of case", "Request"), icon="checklist"),
    "thanks": Label(text=pgettext_lazy("kind of case", "Thanks"), icon="heart"),
    "suggestion": Label(text=pgettext_lazy("kind of case", "Suggestion"), icon="bulb"),
}
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
}
CAME_BACK = Label(text=_("Came back"), icon="arrow-back-up", tone="back")
UNDELIVERED = Label(text=_("Not delivered"), icon="mail-x", tone="undelivered")
CHANNELS = {
    "email": Label(text=pgettext_lazy("channel", "Letter"), icon="mail"),
    "form": Label(text=pgettext_lazy("channel", "Form on the site"), icon="world"),
    "api": Label(text=pgettext_lazy("channel", "API"), icon="api"),
    "phone": Label(text=pgettext_lazy("channel", "Phone call"), icon="phone"),
    "visit": Label(text=pgettext_lazy("channel", "In person"), icon="user"),
}
UNKNOWN_CHANNEL = Label(text=pgettext_lazy("channel", "Message"), icon="message-circle")


def channel(kind: str) -> Label:
    return CHANNELS.get(kind, UNKNOWN_CHANNEL)
