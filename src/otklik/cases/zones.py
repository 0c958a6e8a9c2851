"""The zone in which a case's customer is told a moment: their own where it is known, else that of the team."""

from datetime import datetime
from zoneinfo import ZoneInfo

from otklik.cases.models import Case
from otklik.customers.models import Customer
from otklik.foundation import zones
from otklik.team.models import Team
from otklik.team.queries import team_by_id


def zone_for(customer: Customer, team: Team) -> tuple[ZoneInfo, bool]:
    """The zone, and whether it is the customer's own."""
    own = zones.zone_named(customer.time_zone)
    return own or zones.zone_named(team.working_time.time_zone) or ZoneInfo("UTC"), own is not None


def zone_of(case: Case) -> ZoneInfo:
    return zone_for(case.customer, team_by_id(case.team_id))[0]


def zone_words(case: Case, *, at: datetime) -> str:
    """The name of ``zone_of``, with its distance from UTC at this moment."""
    zone, is_yours = zone_for(case.customer, team_by_id(case.team_id))
    return zones.zone_words(zone, at=at, is_yours=is_yours)


def moment_words(case: Case, moment: datetime) -> str:
    """The moment as this customer is told it in a letter, the zone named."""
    zone, is_yours = zone_for(case.customer, team_by_id(case.team_id))
    return zones.moment_words(moment, zone, is_yours=is_yours)
