"""Reading what was written down, as far as one sees the cases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from otklik.cases.models import Case
from otklik.cases.queries import visible_to
from otklik.foundation.actors import Actor
from otklik.foundation.manifest import Found, Person
from otklik.foundation.policies import policy
from otklik.sample.models import Entry

_MOST_FOUND, _MOST_BESIDE = 5, 3


def entries(actor: Actor) -> QuerySet[Entry]:
    """Newest first."""
    seen = Entry.objects.filter(case__in=visible_to(actor).values("id"))
    return seen.select_related("case", "agent").order_by("-id")


def lately(actor: Actor, now: datetime) -> QuerySet[Entry]:
    """What was written in the last days, as many as the house says."""
    days = timedelta(days=policy("sample.days"))
    return Entry.objects.filter(case__in=visible_to(actor).order_by().values("id"), at__gte=now - days)


def beside_case(case: Case, _actor: Actor) -> dict[str, Any] | None:
    """The newest entries, for the page of their case; None without any."""
    rows = list(Entry.objects.filter(case=case).select_related("agent").order_by("-id")[:_MOST_BESIDE])
    return {"entries": rows} if rows else None


def found(text: str, actor: Actor) -> Sequence[Found]:
    """Entries with these words."""
    rows = entries(actor).filter(text__icontains=text)[:_MOST_FOUND]
    return [Found(title=row.text, url=reverse("desk:case", args=[row.case_id])) for row in rows]


def entries_of(person: Person) -> dict[str, Any]:
    """As it is taken out with the person's data."""
    rows = Entry.objects.filter(case__in=person.cases).order_by("id")
    return {"sample": list(rows.values("case_id", "text", "at"))}
