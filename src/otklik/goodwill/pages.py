"""The pages of goodwill beside each other, as far as they are open to whoever looks."""

from django.utils.translation import gettext_lazy as _

from otklik.foundation.actors import Actor
from otklik.foundation.manifest import Page, open_to

PAGES = (
    Page(route="goodwill:waiting", label=_("Waiting for a “yes”"), icon="hourglass", permission="goodwill.give"),
    Page(route="goodwill:ledger", label=_("Ledger"), icon="book", permission="goodwill.give"),
    Page(route="goodwill:figures", label=_("What it achieved"), icon="chart-bar", permission="goodwill.decide"),
)


def tabs(actor: Actor) -> list[Page]:
    return open_to(actor, PAGES)
