"""What weighs for a suggestion, part beside part. No sum of them is made: a whim of one and the voice of many differ
in kind, and a person judges."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, DurationField, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Now, TruncMonth
from django.utils import timezone

from otklik.cases.models import Case, CaseKind, CustomersWord
from otklik.foundation.figures import Counted, Figure, Unit, share
from otklik.suggestions.models import Link, Suggestion, Voice, Word

SATISFIED = 4
"""From this score on (1–5) a customer is satisfied."""
_A_FEW = 10


@dataclass(frozen=True, kw_only=True)
class Weight:
    """``customers``: different people, each once; ``colleagues`` beside them; ``organizations`` theirs.

    ``cases``: in which it was said or that were linked, ``complaints`` among them; ``hours``: from the first word to
    the solution (or till now), over these cases. ``first`` and ``last``: when it was said. ``satisfied``: of the last
    scores that these people gave in any case, the share of 4 and 5. ``months``: voices by month, none left out.
    """

    customers: int
    colleagues: int
    organizations: int
    cases: int
    complaints: int
    hours: int
    first: datetime | None
    last: datetime | None
    satisfied: Figure
    months: list[tuple[date, int]]

    @property
    def days(self) -> int:
        """From the first voice to the last one, both counted; 0 without any."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0


def weight_of(row: Suggestion) -> Weight:
    """Counted now, in four statements, over all voices, whoever may read their words."""
    voices = Voice.objects.filter(suggestion=row)
    people = voices.aggregate(
        colleagues=Count("agent"),
        all=Count("pk"),
        organizations=Count("customer__organization", distinct=True),
        first=Min("at"),
        last=Max("at"),
    )
    return Weight(
        customers=people["all"] - people["colleagues"],
        colleagues=people["colleagues"],
        organizations=people["organizations"],
        first=people["first"],
        last=people["last"],
        satisfied=_satisfied(voices),
        months=_months(voices),
        **_cases(row),
    )


def _cases(row: Suggestion) -> dict[str, int]:
    said = Word.objects.filter(voice__suggestion=row, case__isnull=False).values("case_id")
    linked = Link.objects.filter(suggestion=row, case__isnull=False).values("case_id")
    cases = Case.objects.filter(Q(pk__in=said) | Q(pk__in=linked)).exclude(state=Case.State.SPAM)
    spent = Sum(Coalesce("solved_at", "closed_at", Now()) - F("created_at"), output_field=DurationField())
    told = cases.aggregate(cases=Count("pk"), complaints=Count("pk", filter=Q(kind=CaseKind.COMPLAINT)), spent=spent)
    hours = round(told["spent"].total_seconds() / 3600) if told["spent"] else 0
    return {"cases": told["cases"], "complaints": told["complaints"], "hours": hours}


def _satisfied(voices: QuerySet[Voice]) -> Figure:
    people = voices.exclude(customer=None).values("customer_id")
    scored = CustomersWord.objects.filter(customer__in=people, satisfaction__isnull=False)
    last = scored.order_by("customer_id", "-id").distinct("customer_id").values_list("satisfaction", flat=True)
    scores = [score for score in last if score is not None]
    hits = sum(score >= SATISFIED for score in scores)
    return Figure.of(share(hits, len(scores)), unit=Unit.SHARE, counted=Counted.ANSWERS, enough=_A_FEW)


def _months(voices: QuerySet[Voice]) -> list[tuple[date, int]]:
    rows = voices.order_by().annotate(month=TruncMonth("at")).values_list("month")
    counted = Counter({month.date(): many for month, many in rows.annotate(many=Count("pk"))})
    if not counted:
        return []
    months, month = [], min(counted)
    end = max(*counted, timezone.localdate().replace(day=1))
    while month <= end:
        months.append((month, counted[month]))
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return months[-12:]
