"""What a figure of the team stands on, row by row, as far as the actor may see it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.cases.figures.team import SAID_NO
from otklik.cases.models import HISTORY, Case, titled
from otklik.cases.queries import visible_to
from otklik.foundation.actors import Actor, require
from otklik.foundation.figures.tables import MOST_ROWS, Cell, Column, Kind, Table
from otklik.foundation.models import Event


def rows_behind(name: str, actor: Actor, *, since: datetime, now: datetime) -> Table:
    """The rows of ``ROWS[name]`` since ``since``, the newest first, at most 20,000.

    Raises ``KeyError`` for an unknown name and ``Refusal('not_allowed')``. Cases out of sight are left out.
    """
    require(actor, "team.see")
    title, columns, rows_of = ROWS[name]
    rows = rows_of(actor, since, now)
    return Table(name=name, title=title, columns=columns, rows=rows[:MOST_ROWS], is_cut=len(rows) > MOST_ROWS)


def _counted(actor: Actor) -> QuerySet[Case]:
    """What the figure counts and the actor may open."""
    return visible_to(actor).exclude(custom__has_any_keys=["merged_into", HISTORY]).exclude(state=Case.State.SPAM)


def _words(actor: Actor, since: datetime, _now: datetime) -> list[list[Cell]]:
    ended = Q(name="cases.closed", payload__outcome__in=["satisfied", "unconfirmed"])
    said = Event.objects.filter(
        ended | Q(name="cases.reopened", payload__reason__in=SAID_NO),
        at__gte=since,
        case_id__in=_counted(actor).order_by().values("pk"),
    )
    rows = list(said.order_by("-at", "-id").values_list("case_id", "at", "payload__outcome")[: MOST_ROWS + 1])
    cases = dict(_named(Case.objects.filter(pk__in={case for case, _at, _outcome in rows})))
    words = {"satisfied": _("Satisfied"), "unconfirmed": _("Unconfirmed"), None: _("Came back")}
    return [[case, *cases[case or 0], words[outcome], at] for case, at, outcome in rows]


def _waits(actor: Actor, since: datetime, now: datetime) -> list[list[Cell]]:
    is_known = Q(first_answered_at__isnull=False) | Q(state=Case.State.OPEN)
    waited = is_known & Q(first_answer_by__isnull=False)
    since_then = Q(created_at__gte=since) | Q(asked_at__gte=since)
    cases = _counted(actor).filter(waited, since_then).select_related("owner").order_by("-created_at", "-id")
    return [
        [
            case.pk,
            case.title,
            case.owner.name,
            case.asked_since,
            case.first_answered_at,
            round(((case.first_answered_at or now) - case.asked_since).total_seconds()),
        ]
        for case in cases.only("subject", "owner__name", "created_at", "asked_at", "first_answered_at")[: MOST_ROWS + 1]
    ]


def _named(cases: QuerySet[Case]) -> list[tuple[int, tuple[str, str]]]:
    return [(pk, (titled(subject), owner)) for pk, subject, owner in cases.values_list("pk", "subject", "owner__name")]


_CASE: Final = (
    Column(label=gettext_lazy("Case"), kind=Kind.NUMBER, link="/desk/cases/{}/"),
    Column(label=gettext_lazy("Subject")),
    Column(label=gettext_lazy("Owner")),
)
type _Rows = Callable[[Actor, datetime, datetime], list[list[Cell]]]
ROWS: Final[dict[str, tuple[str | Promise, tuple[Column, ...], _Rows]]] = {
    "words": (
        gettext_lazy("How cases ended, each with its word"),
        (*_CASE, Column(label=gettext_lazy("How it ended")), Column(label=gettext_lazy("When"), kind=Kind.MOMENT)),
        _words,
    ),
    "first-answers": (
        gettext_lazy("First answers, case by case"),
        (
            *_CASE,
            Column(label=gettext_lazy("Asked"), kind=Kind.MOMENT),
            Column(label=gettext_lazy("First answer"), kind=Kind.MOMENT),
            Column(label=gettext_lazy("Waited so far"), kind=Kind.SPAN),
        ),
        _waits,
    ),
}
"""By the name in the address: title, columns, and who finds the rows."""
