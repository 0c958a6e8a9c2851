"""The ledger, and what gestures and refusals brought."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.actors import Actor
from otklik.foundation.figures.tables import FILES, MOST_ROWS, Cell, Column, Kind, Table, take_out
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.pages import rows_page, shown
from otklik.foundation.http.periods import PERIODS, span_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.goodwill.figures import (
    TONES,
    given_by,
    outcomes,
    refused_by_rule,
    said_after,
    table_of_gestures,
    table_of_lines,
    table_of_refusals,
    together,
)
from otklik.goodwill.labels import ENTRY_KINDS
from otklik.goodwill.models import Entry, Rule
from otklik.goodwill.money import KOPECKS
from otklik.goodwill.pages import tabs
from otklik.goodwill.queries import ledger

LEDGER = Listing(
    template="goodwill/ledger.html",
    order="The newest first: a ledger is read as it was written.",
    live="goodwill.ledger",
)
_OUT = frozenset({Entry.Kind.REVERSED, Entry.Kind.LOWERED, Entry.Kind.EXPIRED})


@require_http_methods(["GET", "HEAD", "POST"])
@staff("goodwill.give")
def books(request: HttpRequest) -> HttpResponse:
    """Entries of the teams in sight; a POST takes them out as a file."""
    actor = actor_of(request)
    if request.method == "POST":
        file = request.POST.get("file", "")
        return take_out(table=_ledger_table(actor), file=file if file in FILES else FILES[0], actor=actor)
    page = LEDGER.page(request, ledger(actor))
    known = said_after([one.gesture.pk for one in page["rows"] if hasattr(one, "gesture")])
    words = outcomes()
    rows = [_shown(one, known, words) for one in page["rows"]]
    context = {**page, "rows": rows, "section": "goodwill", "tabs": tabs(actor), "current": "goodwill:ledger"}
    return shown(request, LEDGER.template, context)


def _shown(entry: Entry, known: dict[int, str], words: dict[str, str]) -> dict[str, object]:
    gesture = getattr(entry, "gesture", None)
    became = known.get(gesture.pk, "") if gesture else ""
    is_reversed = hasattr(entry, "reversed_by")
    return {
        "entry": entry,
        "gesture": gesture,
        "kind": ENTRY_KINDS[entry.kind],
        "said": "" if is_reversed else words.get(became, ""),
        "tone": TONES.get(became, ""),
        "is_reversed": is_reversed,
        "amount": -entry.amount if entry.kind in _OUT else entry.amount,
        "may_reverse": entry.kind == Entry.Kind.GIVEN and not is_reversed,
    }


def _ledger_table(actor: Actor) -> Table:
    rows = list(ledger(actor)[: MOST_ROWS + 1])
    cells: list[list[Cell]] = [
        [
            one.pk, one.at, str(ENTRY_KINDS[one.kind]), one.team.name, one.case_id,
            one.gift.name if one.gift else None, one.agent.name if one.agent else None,
            one.approved_by.name if one.approved_by else None, one.reverses_id,
            (-one.amount if one.kind in _OUT else one.amount) / KOPECKS,
        ]
        for one in rows
    ]  # fmt: skip
    columns = (
        Column(label=_("Entry"), kind=Kind.NUMBER),
        Column(label=_("When"), kind=Kind.MOMENT),
        Column(label=_("What happened")),
        Column(label=_("Team")),
        Column(label=_("Case"), kind=Kind.NUMBER, link="/desk/cases/{}/"),
        Column(label=_("Gift")),
        Column(label=_("Who gave")),
        Column(label=_("Approved by")),
        Column(label=_("Takes back entry"), kind=Kind.NUMBER),
        Column(label=_("Rubles"), kind=Kind.NUMBER),
    )
    title = _("Ledger")
    return Table(name="goodwill", title=title, columns=columns, rows=cells[:MOST_ROWS], is_cut=len(cells) > MOST_ROWS)


# ── Figures ───────────────────────────────────────────────────────────────────────────────
@require_GET
@staff("goodwill.decide")
def figures(request: HttpRequest) -> HttpResponse:
    """What gestures cost and brought, and which rule costs satisfaction."""
    actor = actor_of(request)
    days, since, until = span_of(request)
    gifts, agents = given_by(actor, "gift", since=since), given_by(actor, "agent", since=since)
    situations = given_by(actor, "situation", since=since)
    refused = refused_by_rule(actor, since=since)
    given, said_no = together(gifts), together(refused)
    rules = Rule.objects.select_related("standard").in_bulk([line.key for line in refused])
    context = {
        "section": "goodwill", "days": days, "periods": PERIODS, "tabs": tabs(actor), "current": "goodwill:figures",
        "given": given, "refused": said_no, "gifts": gifts, "situations": situations, "agents": agents,
        "until": until,
        "rules": [
            {"line": line, "rule": rules.get(line.key or 0), "is_below": line.is_below(said_no)} for line in refused
        ],
        "now": timezone.now(),
    }  # fmt: skip
    return shown(request, "goodwill/figures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("goodwill.decide")
def rows(request: HttpRequest, name: str) -> HttpResponse:
    """One table of the page, or what it stands on: to look at, or to take out as a file."""
    if name not in _TABLES:
        raise Http404
    actor = actor_of(request)
    days, since, _until = span_of(request)
    back = f"{reverse('goodwill:figures')}?days={days}"
    return rows_page(request, _TABLES[name](actor, since), back=back, section="goodwill", actor=actor)


def _gifts(actor: Actor, since: datetime) -> Table:
    return table_of_lines(given_by(actor, "gift", since=since), name="gifts", title=_("Gift"), has_money=True)


def _situations(actor: Actor, since: datetime) -> Table:
    lines = given_by(actor, "situation", since=since)
    return table_of_lines(lines, name="situations", title=_("Situation"), has_money=True)


def _agents(actor: Actor, since: datetime) -> Table:
    return table_of_lines(given_by(actor, "agent", since=since), name="givers", title=_("Colleague"), has_money=True)


def _rules(actor: Actor, since: datetime) -> Table:
    return table_of_lines(refused_by_rule(actor, since=since), name="rules", title=_("Rule"), has_money=False)


_TABLES: Final[dict[str, Callable[[Actor, datetime], Table]]] = {
    "gifts": _gifts,
    "situations": _situations,
    "agents": _agents,
    "rules": _rules,
    "gestures": lambda actor, since: table_of_gestures(actor, since=since),
    "refusals": lambda actor, since: table_of_refusals(actor, since=since),
}
