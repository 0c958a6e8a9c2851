"""What ``otklik doctor`` asks of the ledger."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from otklik.foundation.manifest import Finding
from otklik.goodwill.queries import overspent, unbalanced


def ledger() -> Iterator[Finding]:
    """Every entry adds up to nothing, and no lot was given beyond what it held."""
    wrong = [*unbalanced(), *overspent()]
    if wrong:
        yield False, _("Entries of the ledger do not add up: %(ids)s") % {"ids": ", ".join(map(str, wrong[:20]))}
    else:
        yield True, _("Every entry of the ledger of goodwill adds up")
