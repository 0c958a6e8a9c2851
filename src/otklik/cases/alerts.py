"""What one agent must know at once, as the page shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from otklik.cases.models import Alert, Case
from otklik.foundation.manifest import AlertKind
from otklik.foundation.modules import alert_kinds

_UNKNOWN = AlertKind(
    name="",
    told=pgettext_lazy("what an event tells", "something else"),
    title=pgettext_lazy("what an event tells", "something else"),
    icon="bell",
    tone="accent",
)
"""What an app told that is no longer here."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One alert; what has no ``case`` says ``about`` the house what to do at ``url``."""

    id: int
    kind: AlertKind
    at: datetime
    is_seen: bool
    case: Case | None
    about: str | Promise
    url: str

    @property
    def called(self) -> str:
        """The kind, and the case it is about."""
        return f"{self.kind.title}. {self.case.title if self.case else self.about}"


def told(row: Alert) -> Told:
    """The alert in the words of the app that brings its kind."""
    kind = alert_kinds().get(row.reason, _UNKNOWN)
    about = str(kind.about) % {"why": kind.why(row.source)} if kind.why else kind.about
    url = reverse(kind.route) if kind.route else ""
    return Told(id=row.pk, kind=kind, at=row.at, is_seen=row.seen_at is not None, case=row.case, about=about, url=url)
