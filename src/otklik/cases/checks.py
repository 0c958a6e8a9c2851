"""What ``otklik doctor`` asks about cases."""

from collections.abc import Iterator

from otklik.cases.models import Alert
from otklik.foundation.checks import known_to_all
from otklik.foundation.manifest import Finding
from otklik.foundation.modules import alert_kinds


def alerts() -> Iterator[Finding]:
    strange = Alert.objects.exclude(reason__in=list(alert_kinds()))
    yield known_to_all("alert", set(strange.values_list("reason", flat=True)))
