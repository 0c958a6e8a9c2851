"""The house as customers see it: its name, who is on duty, what customers said about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CustomersWord
from otklik.customers.models import Customer
from otklik.foundation.figures import ENOUGH, Counted, Figure, Unit, share
from otklik.foundation.files.logos import logo
from otklik.foundation.policies import policy
from otklik.foundation.zones import zone_named, zone_words
from otklik.reach.queries import first_mail_inbox, inbox_of_kind
from otklik.standards.queries import promise_for
from otklik.team.models import Agent, Team
from otklik.team.queries import face_url, first_team, on_duty, team_by_id

COUNTED = timedelta(days=90)
_FIGURES_KEPT = timedelta(minutes=10)
_FACES = 3


_COMPANY_LINKS = {"contact_url": "/contact/", "accessibility_url": "/accessibility/", "data_url": "/privacy/"}
_known_company: dict[str, str] = {}


def company() -> dict[str, str]:
    """The house, as head and foot of every page name it."""
    facts = {name: str(policy(f"company.{name}")) for name in ("name", "phone", "site")}
    facts |= {name: in_readers_language(f"company.{name}") for name in ("hours", "address")}
    picture = logo()
    facts["logo_url"] = f"/logo.png?{picture.pk}" if picture else ""
    _known_company.update(facts)
    return facts | _COMPANY_LINKS


def in_readers_language(name: str) -> str:
    """A text of the house in English for whoever reads English, if there is one; else as it was written first."""
    english = str(policy(f"{name}_en")) if get_language() == "en" else ""
    return english or str(policy(name))


def known_company() -> dict[str, str]:
    """The same as this process last read it, for pages that must not ask the database."""
    return _known_company | _COMPANY_LINKS


def mail_address() -> str:
    """Where people may simply write to; '' while no mail inbox is set up."""
    inbox = first_mail_inbox()
    return inbox.address if inbox else ""


def first_answer() -> dict[str, Any]:
    """``promised``: when a matter written now is answered at the latest (None while the house has no team), and
    ``zone``: whose hour that is."""
    team = _team_of_the_form()
    promised = promise_for(kind="question", team=team, since=timezone.now()).first_answer_by if team else None
    return {"promised": promised, "zone": zone_words(house_zone(), at=promised or timezone.now())}


def house_zone() -> ZoneInfo:
    """Of the team that takes what comes by the form: in it the pages tell the time to whoever is not known."""
    team = _team_of_the_form()
    return (zone_named(team.working_time.time_zone) if team else None) or ZoneInfo(settings.TIME_ZONE)


def zone_for(customer: Customer) -> tuple[ZoneInfo, str]:
    """In which zone pages that are about no single case tell this customer the time, and its name now."""
    own = zone_named(customer.time_zone)
    zone = own or house_zone()
    return zone, zone_words(zone, at=timezone.now(), is_yours=own is not None)


def _team_of_the_form() -> Team | None:
    try:
        inbox = inbox_of_kind("form")
        return team_by_id(inbox.team_id) if inbox.team_id else first_team()
    except ObjectDoesNotExist:
        return None


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
    """What customers said in the counted days: cases whose last word came in them, as it was at ``counted_at``."""

    answered: int
    solved: int
    rated: int
    happy: int
    silent: int
    counted_at: datetime | None = None

    @property
    def is_enough(self) -> bool:
        return self.answered >= ENOUGH

    @property
    def solved_percent(self) -> int:
        return round(100 * self.solved / self.answered) if self.answered else 0

    @property
    def solved_share(self) -> Figure:
        return self._share(self.solved, self.answered)

    @property
    def happy_share(self) -> Figure:
        return self._share(self.happy, self.rated)

    def _share(self, hits: int, n: int) -> Figure:
        return Figure.of(
            share(hits, n),
            unit=Unit.SHARE,
            counted=Counted.ANSWERS,
            enough=ENOUGH,
            counted_at=self.counted_at,
            kept_for=_FIGURES_KEPT,
        )


def figures() -> Figures:
    """Counted at most every ten minutes, and they say so."""
    known = cache.get("portal.figures")
    if known is None:
        known = {**_count(), "counted_at": timezone.now()}
        cache.set("portal.figures", known, int(_FIGURES_KEPT.total_seconds()))
    return Figures(**known)


def _count() -> dict[str, int]:
    since = timezone.now() - COUNTED
    last = CustomersWord.objects.filter(at__gte=since).order_by("case_id", "-id").distinct("case_id").values("pk")
    said = (
        CustomersWord.objects.filter(pk__in=last)
        .exclude(case__state=Case.State.SPAM)
        .aggregate(
            answered=Count("pk"),
            solved=Count("pk", filter=Q(is_solved=True)),
            rated=Count("pk", filter=Q(satisfaction__isnull=False)),
            happy=Count("pk", filter=Q(satisfaction__gte=4)),
        )
    )
    silent = Case.objects.filter(state=Case.State.UNCONFIRMED, closed_at__gte=since).exclude(
        custom__has_key="merged_into"
    )
    return {**said, "silent": silent.count()}
