"""What codes are called on the screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.surveys.definition import Instrument
from otklik.surveys.models import Names

INSTRUMENTS: dict[str, str | Promise] = {
    Instrument.CSAT: _("How satisfied, 1–5 (CSAT)"),
    Instrument.CES: _("How easy it was, 1–7 (CES)"),
    Instrument.NPS: _("Whether they would recommend you, 0–10 (NPS)"),
    Instrument.SERVQUAL: _("Expected and met, 1–7 (SERVQUAL)"),
    Instrument.RATING: _("A rating on a scale of your own"),
    Instrument.SINGLE: _("One of several"),
    Instrument.MULTIPLE: _("Several of a list"),
    Instrument.MATRIX: _("Several rows on one scale"),
    Instrument.TEXT: _("Their own words"),
    Instrument.CONSENT: _("Consent"),
}
RESULTS: dict[str, str | Promise] = {
    Instrument.CSAT: _("Satisfied: 4 and 5"),
    Instrument.CES: _("Easy: 5, 6 and 7"),
    Instrument.NPS: _("NPS, from −100 to 100"),
    Instrument.SERVQUAL: _("Met minus expected"),
    Instrument.CONSENT: _("Said yes"),
}
"""What a figure is called; of the others it is a mean."""
NAMES: dict[str, str | Promise] = {
    Names.IDENTIFIED: pgettext_lazy("whose answers", "with names"),
    Names.CONFIDENTIAL: pgettext_lazy("whose answers", "confidential"),
    Names.ANONYMOUS: pgettext_lazy("whose answers", "anonymous"),
}
