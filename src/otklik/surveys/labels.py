"""What codes are called on the screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from otklik.surveys.definition import Instrument
from otklik.surveys.models import Names, Plan

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
TRIGGERS: dict[str, str | Promise] = {
    Plan.Trigger.NONE: _("Nobody by itself"),
    Plan.Trigger.SATISFIED: _("Whose case was closed as satisfied"),
    Plan.Trigger.CLOSED: _("Whose case was closed, also without a word"),
    Plan.Trigger.SCHEDULE: _("A share of all customers, again and again"),
}
CHANNELS: dict[str, str | Promise] = {
    "email": pgettext_lazy("how somebody was asked", "by letter"),
    "link": pgettext_lazy("how somebody was asked", "by link or card"),
    "kiosk": pgettext_lazy("how somebody was asked", "on a tablet"),
    "phone": pgettext_lazy("how somebody was asked", "by phone"),
    "button": pgettext_lazy("how somebody was asked", "in the help button"),
    "article": pgettext_lazy("how somebody was asked", "in an article"),
    "api": pgettext_lazy("how somebody was asked", "by a program"),
}


def score_words(score: str) -> str:
    """``2/5`` as people say it."""
    number, _stroke, most = score.partition("/")
    return gettext("%(value)s of %(top)s") % {"value": number, "top": most}
