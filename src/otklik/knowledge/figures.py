"""What articles do for customers, and what customers looked for in vain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection

from otklik.foundation.figures import Counted, Figure, Unit, share, wilson
from otklik.knowledge.models import Quote

MOST_LINES = 200


@dataclass(frozen=True, kw_only=True)
class Reach:
    """One article in a span of time. ``solved``: readers about to write to us who pressed "this solved it"."""

    views: int = 0
    helpful: int = 0
    unhelpful: int = 0
    solved: int = 0
    quotes: int = 0

    @property
    def said(self) -> int:
        return self.helpful + self.unhelpful

    @property
    def percent(self) -> int | None:
        """Helpful among those who said anything; None when nobody did."""
        return round(100 * self.helpful / self.said) if self.said else None

    @property
    def figure(self) -> Figure:
        """The share of those whom it helped, with its interval."""
        return Figure.of(share(self.helpful, self.said), unit=Unit.SHARE, counted=Counted.ANSWERS)

    @property
    def low(self) -> int:
        return round(100 * wilson(self.helpful, self.said)[0])

    @property
    def high(self) -> int:
        return round(100 * wilson(self.helpful, self.said)[1])


_REACH = """
    SELECT article_id, sum(views)::int, sum(helpful)::int, sum(unhelpful)::int, sum(solved)::int, sum(quotes)::int
    FROM (
        SELECT article_id, count(*) AS views, 0 AS helpful, 0 AS unhelpful, 0 AS solved, 0 AS quotes
        FROM knowledge_reading WHERE at >= %(since)s AND at < %(until)s GROUP BY 1
        UNION ALL SELECT article_id, 0, count(*) FILTER (WHERE is_helpful), count(*) FILTER (WHERE NOT is_helpful), 0, 0
        FROM knowledge_feedback WHERE at >= %(since)s AND at < %(until)s GROUP BY 1
        UNION ALL SELECT article_id, 0, 0, 0, count(*), 0
        FROM knowledge_selfservice WHERE at >= %(since)s AND at < %(until)s GROUP BY 1
        UNION ALL SELECT article_id, 0, 0, 0, 0, count(DISTINCT case_id)
        FROM knowledge_quote WHERE at >= %(since)s AND at < %(until)s GROUP BY 1
    ) AS counted GROUP BY article_id
"""


def reach_of_articles(*, since: datetime, until: datetime) -> dict[int, Reach]:
    """By article id, those of which anything is known in ``[since, until)``; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"since": since, "until": until})
        return {
            article: Reach(views=views, helpful=helpful, unhelpful=unhelpful, solved=solved, quotes=quotes)
            for article, views, helpful, unhelpful, solved, quotes in cursor.fetchall()
        }


def quoted_in(*, since: datetime, until: datetime) -> list[tuple[int, int]]:
    """Pairs of article and case in which an agent quoted it, each pair once."""
    rows = Quote.objects.filter(at__gte=since, at__lt=until).order_by("article_id", "case_id")
    return list(rows.values_list("article_id", "case_id").distinct())


# ── The authors' work list ────────────────────────────────────────────────────────────────
class Lack(StrEnum):
    """Why a question is on the list."""

    NOTHING = "nothing"  # we said that nothing fits
    UNOPENED = "unopened"  # we showed articles and nobody opened one
    BECAME_CASE = "became_case"  # an article existed, and they wrote to us all the same


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question asked in vain, however often. ``top_id``: the article we showed first at the last time, or None."""

    words: str
    language: str
    lack: Lack
    times: int
    visits: int
    last_at: datetime
    top_id: int | None
    last_id: int
    case_ids: tuple[int, ...]


_LACKS: Mapping[Lack, str] = {
    Lack.NOTHING: "NOT is_answered",
    Lack.UNOPENED: "is_answered AND opened_id IS NULL AND case_id IS NULL",
    Lack.BECAME_CASE: "is_answered AND case_id IS NOT NULL",
}
_QUESTIONS = """
    SELECT (array_agg(words ORDER BY at DESC))[1], language, count(*), count(DISTINCT nullif(visitor, '')), max(at),
        (array_agg(top_id ORDER BY at DESC))[1], max(id),
        (array_agg(DISTINCT case_id) FILTER (WHERE case_id IS NOT NULL))[1:5]
    FROM knowledge_search
    WHERE at >= %(since)s AND settled_at IS NULL AND place <> 'desk' AND {lack}
    GROUP BY lower(words), language ORDER BY count(*) DESC, max(at) DESC LIMIT %(most)s
"""


def asked_in_vain(lack: Lack, *, since: datetime) -> list[Question]:
    """Questions that authors should look at, the most frequent first, at most 200; searches of agents left out."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTIONS.format(lack=_LACKS[lack]), {"since": since, "most": MOST_LINES})
        return [
            Question(
                words=words,
                language=language,
                lack=lack,
                times=times,
                visits=visits,
                last_at=last_at,
                top_id=top,
                last_id=last_id,
                case_ids=tuple(cases or ()),
            )
            for words, language, times, visits, last_at, top, last_id, cases in cursor.fetchall()
        ]
