"""What articles do for customers: how often they are read, and how the cases ended in which they were quoted."""

import dataclasses

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from otklik.cases.figures import article_lines, table_of_articles
from otklik.foundation.http.pages import rows_page, shown
from otklik.foundation.http.periods import PERIODS, span_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.knowledge.visits import self_service

_MOST = 200


@require_GET
@staff()
def figures(request: HttpRequest) -> HttpResponse:
    """Each published article, the most read first."""
    days, since, until = span_of(request)
    lines, whole = article_lines(since=since, until=until), self_service(since=since, until=until)
    context = {
        "section": "knowledge",
        "days": days,
        "periods": PERIODS,
        "whole": (shown_whole := dataclasses.replace(whole.figure, counted_at=until)),
        "aged": shown_whole,
        "visits": whole,
        "deflection": None if whole.deflection is None else round(100 * whole.deflection),
        "lines": lines[:_MOST],
        "hidden": max(len(lines) - _MOST, 0),
    }
    return shown(request, "cases/article_figures.html", context)


@require_POST
@staff()
def table(request: HttpRequest) -> HttpResponse:
    """The same as a file; to look at, it stands on the page itself, each title in its language."""
    days, since, until = span_of(request)
    rows = table_of_articles(article_lines(since=since, until=until))
    back = f"{reverse('cases:article-figures')}?days={days}"
    return rows_page(request, rows, back=back, section="knowledge", actor=actor_of(request))
