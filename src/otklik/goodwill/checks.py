"""What ``otklik doctor`` asks of the ledger, and of the letters to leads."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.foundation.manifest import Finding
from otklik.goodwill.queries import overspent, unbalanced


def ledger() -> Iterator[Finding]:
    """Every entry adds up to nothing, and no lot was given beyond what it held."""
    wrong = [*unbalanced(), *overspent()]
    if wrong:
        yield False, _("These entries of the ledger do not add up: %(ids)s") % {"ids": ", ".join(map(str, wrong[:20]))}
    else:
        yield True, _("All entries of the goodwill ledger add up")


def answers() -> Iterator[Finding]:
    """Whether a lead can answer by letter: somebody must vouch for who wrote it."""
    if settings.TRUSTED_MAIL_HOSTS:
        yield True, _("Leads can answer questions about gestures by letter")
    else:
        yield (
            None,
            _("Leads answer by a button only; set OTKLIK_TRUSTED_MAIL_HOSTS, and they can answer the letter, too"),
        )
