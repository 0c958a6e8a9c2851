"""What the kinds of matters and the channels are called on the screen: a standard is for some of them."""

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
CHANNELS = {
    "email": Label(text=pgettext_lazy("channel", "Letter"), icon="mail"),
    "form": Label(text=pgettext_lazy("channel", "Form on the site"), icon="world"),
    "api": Label(text=pgettext_lazy("channel", "API"), icon="api"),
    "http": Label(text=pgettext_lazy("channel", "Another program"), icon="plug-connected"),
    "telegram": Label(text=pgettext_lazy("channel", "Telegram"), icon="brand-telegram"),
    "max": Label(text=pgettext_lazy("channel", "MAX"), icon="max"),
    "vk": Label(text=pgettext_lazy("channel", "VK"), icon="brand-vk"),
    "phone": Label(text=pgettext_lazy("channel", "Phone call"), icon="phone"),
    "visit": Label(text=pgettext_lazy("channel", "In person"), icon="user"),
    "survey": Label(text=pgettext_lazy("channel", "Survey"), icon="checklist"),
}
