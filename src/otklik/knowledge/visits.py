"""What was searched and read in one visit, what a case heard of it, and what it says about us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from otklik.foundation.figures import Counted, Figure, Unit, share
from otklik.foundation.manifest import Person
from otklik.knowledge.models import Article, Search

_MOST = 8


@dataclass(frozen=True, kw_only=True)
class Trail:
    """What somebody asked the help centre and which articles they read before they wrote; oldest first."""

    searched: Sequence[str] = ()
    read: Sequence[Article] = ()

    def __bool__(self) -> bool:
        return bool(self.searched or self.read)


_STEPS = """
    SELECT words, article_id FROM (
        (SELECT words, NULL::bigint AS article_id, at FROM knowledge_search WHERE {which} ORDER BY id DESC LIMIT {most})
        UNION ALL
        (SELECT '', article_id, at FROM knowledge_reading WHERE {which} ORDER BY id DESC LIMIT {most})
    ) AS steps ORDER BY at
"""
_OF_VISIT = _STEPS.format(which="visitor = %(key)s AND case_id IS NULL", most=2 * _MOST)
_OF_CASE = _STEPS.format(which="case_id = %(key)s", most=2 * _MOST)


def trail_of_visit(visitor: str) -> Trail:
    """What this visit did and no case knows yet; nothing for ''."""
    return _trail(_OF_VISIT, visitor) if visitor else Trail()


def trail_of_case(case_id: int) -> Trail:
    """What the customer looked for before this case began; one query when there was nothing."""
    return _trail(_OF_CASE, case_id)


def questions_of(person: Person) -> dict[str, Any]:
    """What was asked of the help centre before these cases began, as it is taken out with the person's data."""
    asked = Search.objects.filter(case_id__in=person.cases).order_by("id")
    return {"questions": list(asked.values("case_id", "words", "at"))}


def _trail(steps: str, key: str | int) -> Trail:
    with connection.cursor() as cursor:
        cursor.execute(steps, {"key": key})
        rows = cursor.fetchall()
    words = list(dict.fromkeys(words for words, _article in rows if words))[-_MOST:]
    numbers = list(dict.fromkeys(article for _words, article in rows if article))[-_MOST:]
    if not numbers:
        return Trail(searched=words)
    shown = Article.objects.filter(live__isnull=False).select_related("live").in_bulk(numbers)
    return Trail(searched=words, read=[shown[number] for number in numbers if number in shown])


@dataclass(frozen=True, kw_only=True)
class SelfServed:
    """Visits to the help centre in a span of time, by how they ended.

    ``solved``: pressed "this solved it" and did not write. ``wrote``: became a case. ``silent``: neither; we do not
    know whether they were helped, so they are no success.
    """

    visits: int
    solved: int
    wrote: int

    @property
    def silent(self) -> int:
        return self.visits - self.solved - self.wrote

    @property
    def confirmed(self) -> float | None:
        """solved / (solved + wrote): the share of those who told us how it ended. None when nobody did."""
        told = self.solved + self.wrote
        return self.solved / told if told else None

    @property
    def figure(self) -> Figure:
        """``confirmed`` with its interval; the silent are left out, and said so."""
        found = share(self.solved, self.solved + self.wrote, left_out=self.silent)
        return Figure.of(found, unit=Unit.SHARE, counted=Counted.VISITS)

    @property
    def deflection(self) -> float | None:
        """(visits - wrote) / visits, as the trade counts it: an estimate, and the upper bound of the truth.

        It takes everybody who left in silence for a success; print it only beside ``confirmed`` and this formula.
        """
        return (self.visits - self.wrote) / self.visits if self.visits else None


_SELF_SERVED = """
    WITH steps AS (
        SELECT visitor, case_id IS NOT NULL AS wrote, FALSE AS solved FROM knowledge_search
        WHERE at >= %(since)s AND at < %(until)s AND visitor <> '' AND place <> 'desk'
        UNION ALL SELECT visitor, case_id IS NOT NULL, FALSE FROM knowledge_reading
        WHERE at >= %(since)s AND at < %(until)s AND visitor <> '' AND place <> 'desk'
        UNION ALL SELECT visitor, FALSE, TRUE FROM knowledge_selfservice
        WHERE at >= %(since)s AND at < %(until)s AND place <> 'desk'
    ), visits AS (SELECT bool_or(wrote) AS wrote, bool_or(solved) AS solved FROM steps GROUP BY visitor)
    SELECT count(*), count(*) FILTER (WHERE solved AND NOT wrote), count(*) FILTER (WHERE wrote) FROM visits
"""


def self_service(*, since: datetime, until: datetime) -> SelfServed:
    """How the visits of ``[since, until)`` ended; a visit is one key of portal, form or widget, agents left out."""
    with connection.cursor() as cursor:
        cursor.execute(_SELF_SERVED, {"since": since, "until": until})
        visits, solved, wrote = cursor.fetchone()
    return SelfServed(visits=visits, solved=solved, wrote=wrote)
