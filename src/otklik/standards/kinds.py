"""What the kinds of matters are called on the screen: a standard holds for one of them."""

from django.utils.translation import pgettext_lazy

from otklik.ui.labels import Label

KINDS = {
    "question": Label(text=pgettext_lazy("kind of case", "Question"), icon="message-question"),
    "complaint": Label(text=pgettext_lazy("kind of case", "Complaint"), icon="mood-sad"),
    "request": Label(text=pgettext_lazy("kind of case", "Request"), icon="checklist"),
    "thanks": Label(text=pgettext_lazy("kind of case", "Thanks"), icon="heart"),
    "suggestion": Label(text=pgettext_lazy("kind of case", "Suggestion"), icon="bulb"),
}
KIND_CHOICES = [(kind, label.text) for kind, label in KINDS.items()]
