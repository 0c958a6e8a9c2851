"""What kinds of addresses and identities are called on the screen."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def called(kind: str) -> str:
    """'Mail' and 'Phone', or the name of the channel that knows the person ('http:shop' → 'shop')."""
    if kind == "email":
        return pgettext("short label", "Mail")
    if kind == "phone":
        return _("Phone")
    return kind.partition(":")[2] or kind
