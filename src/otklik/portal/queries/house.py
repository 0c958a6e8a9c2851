"""The house as customers see it: its name, who is on duty, what customers said about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CustomersWord
from otklik.foundation.logos import logo
from otklik.foundation.policies import policy
from otklik.reach.queries import first_mail_inbox, inbox_of_kind
from otklik.standards.queries import promise_for
from otklik.team.models import Agent
from otklik.team.queries import face_url, first_team, on_duty

COUNTED = timedelta(days=90)
ENOUGH = 30
"""Fewer answers than this say nothing; then no figure is shown."""

_FIGURES_KEPT = 600
_FACES = 3


_COMPANY_LINKS = {"contact_url": "/contact/", "accessibility_url": "/accessibility/", "data_url": "/privacy/"}
_known_company: dict[str, str] = {}


def company() -> dict[str, str]:
    """The house, as head and foot of every page name it."""
    facts = {name: str(policy(f"company.{name}")) for name in ("name", "phone", "hours", "address", "site")}
    picture = logo()
    facts["logo_url"] = f"/logo.png?{picture.pk}" if picture else ""
    _known_company.update(facts)
    return facts | _COMPANY_LINKS


def known_company() -> dict[str, str]:
    """The same as this process last read it, for pages that must not ask the database."""
    return _known_company | _COMPANY_LINKS


def mail_address() -> str:
    """Where people may simply write to; '' while no mail inbox is set up."""
    inbox = first_mail_inbox()
    return inbox.address if inbox else ""


def first_answer_by() -> datetime | None:
    """When a matter written now is answered at the latest; None while the house has no team."""
    try:
        team = inbox_of_kind("form").team or first_team()
    except ObjectDoesNotExist:
        return None
    return promise_for(kind="question", team=team, since=timezone.now()).first_answer_by


@dataclass(frozen=True, kw_only=True)
class Face:
    name: str
    first_name: str
    photo: str


def face(agent: Agent) -> Face:
    return Face(name=agent.name, first_name=agent.first_name, photo=face_url(agent))


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Who can be reached today; ``names``: «Марина, Игорь и Айгуль»."""

    faces: list[Face]
    names: str


def duty() -> Duty | None:
    faces = [face(agent) for agent in on_duty(now=timezone.now())[:_FACES]]
    if not faces:
        return None
    names = [one.first_name for one in faces]
    joined = names[0]
    if len(names) > 1:
        joined = _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
    return Duty(faces=faces, names=joined)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What customers said in the counted days: cases whose last word came in them."""

    answered: int
    solved: int
    rated: int
    happy: int
    silent: int

    @property
    def is_enough(self) -> bool:
        return self.answered >= ENOUGH

    @property
    def solved_percent(self) -> int:
        return round(100 * self.solved / self.answered) if self.answered else 0

    @property
    def happy_percent(self) -> int:
        return round(100 * self.happy / self.rated) if self.rated else 0


def figures() -> Figures:
    """Counted at most every ten minutes."""
    known = cache.get("portal.figures")
    if known is None:
        known = _count()
        cache.set("portal.figures", known, _FIGURES_KEPT)
    return Figures(**known)


def _count() -> dict[str, int]:
    since = timezone.now() - COUNTED
    last = CustomersWord.objects.filter(at__gte=since).order_by("case_id", "-id").distinct("case_id").values("pk")
    said = CustomersWord.objects.filter(pk__in=last).aggregate(
        answered=Count("pk"),
        solved=Count("pk", filter=Q(is_solved=True)),
        rated=Count("pk", filter=Q(satisfaction__isnull=False)),
        happy=Count("pk", filter=Q(satisfaction__gte=4)),
    )
    silent = Case.objects.filter(state=Case.State.UNCONFIRMED, closed_at__gte=since).exclude(
        custom__has_key="merged_into"
    )
    return {**said, "silent": silent.count()}


def zone_words(zone: ZoneInfo | None) -> str:
    """«по вашему времени» or «по московскому времени (UTC+3)»: no hour without saying whose."""
    if zone is not None:
        return _("your time")
    if settings.TIME_ZONE == "Europe/Moscow":
        return _("Moscow time")
    return f"UTC{timezone.localtime():%z}"
