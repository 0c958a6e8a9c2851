"""What kinds of addresses and identities are called on the screen."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from otklik.standards.kinds import CHANNELS
from otklik.ui.labels import Label

DOORS = {**CHANNELS, "cti": Label(text=pgettext_lazy("channel", "Telephone exchange"), icon="phone")}
"""The ways to us, and what brings no words but is a door all the same."""


def called(kind: str) -> str:
    """'Mail' and 'Phone', or the name of the channel that knows the person ('http:shop' → 'shop')."""
    if kind == "email":
        return pgettext("short label", "Mail")
    if kind == "phone":
        return _("Phone")
    return kind.partition(":")[2] or kind
