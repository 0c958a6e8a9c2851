"""Search over cases, messages and people, and the palette of Ctrl K."""

import dataclasses
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.cases.queries import alike, anybody, eyes_of, visible_to
from otklik.cases.search import Found, Hit, cases_of, is_case, number_in
from otklik.cases.search import search as search_cases
from otklik.customers.models import Customer
from otklik.customers.queries import having, named_like, part_and_kind
from otklik.desk import rows
from otklik.desk.articles import found_articles
from otklik.desk.highlights import marked, snippet
from otklik.desk.lists import rows_of
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.frame import show
from otklik.foundation.actors import Actor, ActorKind, Sight
from otklik.foundation.compiled import Compiled, Given
from otklik.team.queries import faces

_LONGEST = 200
_MOST_PEOPLE = 6
_LONGEST_NUMBER = 15
_SHORTEST_NAME = 2
_MOST_NAME_WORDS = 3


@require_GET
@staff()
def search(request: HttpRequest) -> HttpResponse:
    """Results newest first; a case number leads to its case."""
    actor, text = actor_of(request), request.GET.get("q", "").strip()[:_LONGEST]
    number = number_in(text)
    if number is not None and is_case(number, actor=actor):
        return redirect("desk:case", number)
    customer = _number(request.GET.get("customer"))
    before = _number(request.GET.get("before"))
    if customer:
        found = Found(hits=cases_of(customer, actor=actor), older_than=None, lemmas=frozenset())
    else:
        found = search_cases(text, actor=actor, before=before)
    context = {
        "q": text,
        "found": found,
        "lines": lines(found.hits, found.lemmas, actor),
        **(
            People().context()
            if before or customer
            else people(found.asked or text, actor, is_forgiving=_may_be_a_name(text, found)).context()
        ),
        "older": _older(text, found),
        "choose": "",
        "new_word": _("A new word of the customer."),
    }
    return show(request, "desk/search.html", context, current="search", rail=True)


def _older(text: str, found: Found) -> str:
    if found.older_than is None:
        return ""
    return "?" + urlencode({"q": found.asked or text, "before": str(found.older_than)})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def lines(hits: Sequence[Hit], wanted: frozenset[str], actor: Actor) -> list[rows.Line]:
    """The found cases as lines of a list, with the found words marked."""
    people, now = faces(), timezone.now()
    known = rows_of([hit.case_id for hit in hits], actor)
    shown = []
    for hit in hits:
        row = known.get(hit.case_id)
        if row is not None:
            line = rows.line_of(row, people, now=now)
            anchor = f"#m{hit.message_id}" if hit.message_id else ""
            subject, preview = marked(line.subject, wanted), snippet(hit.text, wanted)
            shown.append(dataclasses.replace(line, anchor=anchor, subject=subject, preview=preview))
    return shown


@dataclasses.dataclass(frozen=True)
class People:
    """Customers for what was typed; ``are_alike``: nobody is called so, these are called nearly so."""

    rows: Sequence[Customer] = ()
    are_alike: bool = False

    def context(self) -> dict[str, Any]:
        return {"people": self.rows, "are_alike": self.are_alike}


def people(text: str, actor: Actor, *, is_forgiving: bool) -> People:
    """Customers by a part of their name, address or organization, among those whose cases the actor may see.

    ``is_forgiving``: when nobody is called so, those who are called nearly so.
    """
    if len(text) <= _SHORTEST_NAME or len(text.split()) > _MOST_NAME_WORDS:
        return People()
    part, is_phone = part_and_kind(text)
    exact = _people(is_phone, *alike(actor))(part=part, **eyes_of(actor))
    if exact or not is_forgiving or is_phone:
        return People(exact)
    near = named_like(text, most=_MOST_PEOPLE * 4)
    if not actor.sees_all:
        theirs = visible_to(actor).filter(customer_id__in=[one.pk for one in near])
        seen = set(theirs.values_list("customer_id", flat=True))
        near = [one for one in near if one.pk in seen]
    return People(near[:_MOST_PEOPLE], are_alike=True)


def _may_be_a_name(text: str, found: Found) -> bool:
    """Looking for names like the typed one costs a query of its own, so not for every word that is found anyway."""
    return not found.hits or any(word[0].isupper() for word in text.split())


@cache
def _people(is_phone: bool, kind: ActorKind, sight: Sight) -> Compiled[Customer]:  # noqa: FBT001 - a key of the cache
    found, reader = having(Given("part"), is_phone=is_phone), anybody(kind, sight)
    if not reader.sees_all:
        found = found.filter(pk__in=visible_to(reader).values("customer_id"))
    return Compiled(lambda: found.only("id", "name")[:_MOST_PEOPLE])


@require_GET
@staff()
def palette(request: HttpRequest) -> HttpResponse:
    """Commands and cases for the words typed into Ctrl K."""
    actor, text = actor_of(request), request.GET.get("q", "").strip()[:_LONGEST]
    commands = [one for one in _commands() if text.lower() in one["label"].lower()]
    number = number_in(text)
    context: dict[str, Any] = {"q": text, "commands": commands[:8], "lines": [], "people": []}
    if number is not None and is_case(number, actor=actor):
        context["lines"] = lines([Hit(case_id=number, message_id=0, text="")], frozenset(), actor)
    elif len(text) > _SHORTEST_NAME:
        found = search_cases(text, actor=actor, size=6)
        context |= {
            "lines": lines(found.hits[:6], found.lemmas, actor),
            "people": people(text, actor, is_forgiving=_may_be_a_name(text, found)).rows[:3],
        }
        context["articles"] = found_articles(text)
    return render(request, "desk/found.html", context)


def _commands() -> list[dict[str, str]]:
    known = [
        (_("New case"), "plus", "desk:new", ""),
        (_("My cases"), "user-check", "desk:inbox", "?view=mine"),
        (_("Waiting for us"), "message-2", "desk:inbox", "?view=waiting"),
        (_("Promise at risk"), "alarm", "desk:inbox", "?view=at-risk"),
        (_("Waiting for the customer's word"), "hourglass", "desk:inbox", "?view=solved"),
        (_("Came back"), "arrow-back-up", "desk:inbox", "?view=came-back"),
        (_("Not delivered"), "mail-x", "desk:undelivered", ""),
        (_("Held letters"), "mail-pause", "desk:held", ""),
        (_("All cases"), "archive", "desk:inbox", "?view=all"),
        (_("Customers"), "users", "desk:customers", ""),
        (_("Settings"), "settings", "desk:settings", ""),
    ]
    found = []
    for label, icon, route, query in known:
        try:
            found.append({"label": label, "icon": icon, "url": reverse(route) + query})
        except NoReverseMatch:
            continue
    return found
