"""What ``otklik doctor`` asks about cases."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from otklik.cases.models import Alert
from otklik.cases.queries import left_behind
from otklik.foundation.checks import known_to_all
from otklik.foundation.manifest import Finding
from otklik.foundation.modules import alert_kinds

_MOST_NAMED = 20


def alerts() -> Iterator[Finding]:
    strange = Alert.objects.exclude(reason__in=list(alert_kinds()))
    yield known_to_all("alert", set(strange.values_list("reason", flat=True)))


def owners() -> Iterator[Finding]:
    """Whether every unfinished case has an owner who serves here."""
    rows = list(left_behind()[:_MOST_NAMED])
    if not rows:
        yield True, _("Every unfinished case has an owner who works here.")
        return
    text = _("The owner of these cases is gone: %(numbers)s. They get another one within the hour, or hand them over.")
    yield False, text % {"numbers": ", ".join(str(case.number) for case in rows)}
