"""What a customer says of how they like to be served."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.customers.wished import WishesFields
from otklik.foundation.errors import Refusal
from otklik.portal.forms.asking import PortalForm

_LABELS = {
    "form": _("How shall we address you?"),
    "called_as": _("What shall we call you?"),
    "pace": _("How shall we write and speak?"),
    "channel": _("How would you like to hear from us?"),
    "needs": _("What do you need?"),
    "own_words": _("Anything else you need?"),
    "upset": _("What upset you before, so that it does not happen again?"),
}


class ServedForm(WishesFields, PortalForm):
    """The same as colleagues fill in, asked of the person themselves."""

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        for name, label in _LABELS.items():
            self.fields[name].label = label
        self.fields["called_as"].help_text = _("For example: Olga Sergeevna. Our letters begin with it.")

    def refuse(self, refusal: Refusal) -> None:
        """At the field it speaks of, or above the form."""
        known = {field: text for field, text in refusal.fields.items() if field in self.fields}
        for field, text in known.items():
            self.add_error(field, text)
        if not known:
            self.add_error(None, refusal.text)
