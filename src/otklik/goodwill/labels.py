"""What codes are called on the screen."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.goodwill.models import Entry, Gesture, Gift


@dataclass(frozen=True, kw_only=True)
class Label:
    text: str | Promise
    icon: str
    tone: str = ""


GIFT_KINDS: dict[str, str | Promise] = {
    Gift.Kind.GIFT: pgettext_lazy("kind of goodwill", "gift"),
    Gift.Kind.REFUND: pgettext_lazy("kind of goodwill", "refund"),
    Gift.Kind.DISCOUNT: pgettext_lazy("kind of goodwill", "discount"),
    Gift.Kind.PRIVILEGE: pgettext_lazy("kind of goodwill", "privilege"),
    Gift.Kind.MISSING_PART: pgettext_lazy("kind of goodwill", "missing part, sent free"),
}
STATES: dict[str, Label] = {
    Gesture.State.WAITING: Label(
        text=pgettext_lazy("of a gesture", "Waiting for a lead"), icon="hourglass", tone="risk"
    ),
    Gesture.State.GIVEN: Label(text=pgettext_lazy("of a gesture", "Given"), icon="gift", tone="satisfied"),
    Gesture.State.DECLINED: Label(text=pgettext_lazy("of a gesture", "The lead said no"), icon="ban"),
    Gesture.State.WITHDRAWN: Label(text=pgettext_lazy("of a gesture", "Withdrawn"), icon="arrow-back-up"),
    Gesture.State.REVERSED: Label(text=pgettext_lazy("of a gesture", "Taken back"), icon="arrow-back-up"),
}
ENTRY_KINDS: dict[str, str | Promise] = {
    Entry.Kind.GRANTED: pgettext_lazy("entry of the ledger", "Budget granted"),
    Entry.Kind.LOWERED: pgettext_lazy("entry of the ledger", "Budget lowered"),
    Entry.Kind.GIVEN: pgettext_lazy("entry of the ledger", "Given"),
    Entry.Kind.REVERSED: pgettext_lazy("entry of the ledger", "Taken back"),
    Entry.Kind.EXPIRED: pgettext_lazy("entry of the ledger", "Left over from a past month"),
}
NOT_TIED = _("A gesture is never tied to a rating: nobody may be asked for a review in return.")
