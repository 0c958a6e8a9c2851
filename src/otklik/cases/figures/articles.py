"""What each article did for customers, and the customers' word in the cases in which it was quoted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.cases.figures.team import Share, shares_of
from otklik.foundation.figures.tables import Cell, Column, Kind, Table
from otklik.knowledge.figures import Reach, quoted_in, reach_of_articles
from otklik.knowledge.models import Article
from otklik.knowledge.queries import COLLEAGUE, readable_by


@dataclass(frozen=True, kw_only=True)
class Line:
    """One article of the table. ``share``: the customers' word in cases in which it was quoted."""

    article: Article
    title: str
    reach: Reach
    share: Share


def article_lines(*, since: datetime, until: datetime) -> list[Line]:
    """Every published article, the most read first; three queries."""
    reach = reach_of_articles(since=since, until=until)
    shares = shares_of(quoted_in(since=since, until=until))
    articles = readable_by(COLLEAGUE).defer("live__body", "live__questions").order_by("id")
    lines = [
        Line(
            article=article,
            title=article.live.title if article.live else article.slug,
            reach=reach.get(article.pk, Reach()),
            share=shares.get(article.pk, Share()),
        )
        for article in articles
    ]
    return sorted(lines, key=lambda line: (-line.reach.views, line.title))


def table_of_articles(lines: Sequence[Line]) -> Table:
    """The same as a table, with intervals."""
    columns = (
        Column(label=_("Article")),
        Column(label=pgettext("times", "Read"), kind=Kind.NUMBER),
        Column(label=_("Helped"), kind=Kind.SHARE),
        Column(label=_("At least"), kind=Kind.SHARE),
        Column(label=_("At most"), kind=Kind.SHARE),
        Column(label=_("Answers"), kind=Kind.NUMBER),
        Column(label=_("Solved by it"), kind=Kind.NUMBER),
        Column(label=_("Quoted in cases"), kind=Kind.NUMBER),
        Column(label=_("Those customers satisfied"), kind=Kind.SHARE),
        Column(label=_("At least"), kind=Kind.SHARE),
        Column(label=_("At most"), kind=Kind.SHARE),
    )
    rows: list[list[Cell]] = []
    for line in lines:
        helped, share = line.reach.figure, line.share.figure
        rows.append(
            [
                line.title, line.reach.views, helped.value, helped.low, helped.high, helped.n,
                line.reach.solved, line.reach.quotes, share.value, share.low, share.high,
            ]
        )  # fmt: skip
    return Table(name="articles", title=_("Articles"), columns=columns, rows=rows)
