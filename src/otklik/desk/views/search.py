"""Search over cases, messages and people, and the palette of Ctrl K."""

import dataclasses
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.cases import labels
from otklik.cases.articles import found_articles
from otklik.cases.highlights import marked, snippet
from otklik.cases.lists import rows_of
from otklik.cases.queries import alike, anybody, eyes_of, tags_in_use, visible_to
from otklik.cases.search import Found as FoundCases
from otklik.cases.search import Hit, cases_of, is_case, number_in
from otklik.cases.search import search as search_cases
from otklik.cases.searching import WHO_TEXTS, Search, search_of
from otklik.customers.models import Customer
from otklik.customers.queries import having, named_like, part_and_kind
from otklik.desk import offers, rows
from otklik.desk.pins import open_pins
from otklik.foundation.actors import Actor, ActorKind, Sight
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.in_use import in_use
from otklik.foundation.manifest import Found, Module
from otklik.team.login import me_of
from otklik.team.queries import faces, pins_of
from otklik.ui.words import bare_words

RESULTS = Listing(template="desk/search.html", order="own words first, then the newest", still="asked once")
_LONGEST = 200
_MOST_PEOPLE = 6
_LONGEST_NUMBER = 15
_SHORTEST_NAME = 2
_MOST_NAME_WORDS = 3


@require_GET
@staff()
def search(request: HttpRequest) -> HttpResponse:
    """Results newest first, narrowed by the filters of the address; a case number leads to its case."""
    actor, asked = actor_of(request), search_of(request.GET)
    text, number = asked.q, number_in(asked.q)
    if number is not None and is_case(number, actor=actor):
        return redirect("desk:case", number)
    customer = _number(request.GET.get("customer"))
    before = _place(request.GET.get("before"))
    if customer:
        found = FoundCases(hits=cases_of(customer, actor=actor), older_than=None, lemmas=frozenset())
    else:
        found = search_cases(text, actor=actor, before=before, sieve=asked.sieve)
    context = {
        "q": text,
        "found": found,
        "lines": lines(found.hits, found.lemmas, actor),
        **(
            People().context()
            if before or customer
            else people(found.asked or text, actor, is_forgiving=_may_be_a_name(text, found)).context()
        ),
        "chosen": asked.chosen,
        "choices": _choices(),
        "chips": asked.chips(),
        "older": _older(asked, found),
        "choose": "",
        "new_word": _("A new word of the customer."),
        "section": "search",
        "rail": True,
    }
    return render(request, RESULTS.template, context)


def _older(asked: Search, found: FoundCases) -> str:
    if found.older_than is None:
        return ""
    return asked.query(q=found.asked or asked.q, before=str(found.older_than))


def _choices() -> dict[str, list[tuple[str, Any]]]:
    return {
        "who": list(WHO_TEXTS.items()),
        "channels": [(name, label.text) for name, label in labels.CHANNELS.items()],
        "states": [(name, label.text) for name, label in labels.STATES.items()],
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def _place(text: str | None) -> int | None:
    """Where a page goes on: a message, below zero among automatic letters."""
    number = _number(text.removeprefix("-")) if text else None
    return -number if number and text and text.startswith("-") else number


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
            subject, preview = marked(line.subject, wanted), snippet(bare_words(hit.text), wanted)
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


def _may_be_a_name(text: str, found: FoundCases) -> bool:
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
    number = number_in(text)
    pins = offers.pinned(open_pins(pins_of(me_of(request)), actor), text)
    context: dict[str, Any] = {"q": text, "pins": pins, "lines": [], "people": [], "rooms": [], **_offers(text, actor)}
    if number is not None and is_case(number, actor=actor):
        context["lines"] = lines([Hit(case_id=number, message_id=0, text="")], frozenset(), actor)
    elif len(text) > _SHORTEST_NAME:
        found = search_cases(text, actor=actor, size=6)
        context |= {
            "lines": lines(found.hits[:6], found.lemmas, actor),
            "people": people(found.asked or text, actor, is_forgiving=_may_be_a_name(text, found)).rows[:3],
        }
        context["articles"] = found_articles(text)
        context["rooms"] = list(_in_apps(text, actor))
    return render(request, "desk/found.html", context)


def _in_apps(text: str, actor: Actor) -> Iterator[tuple[Module, Sequence[Found]]]:
    """What each app that is searched finds, without those that find nothing."""
    for module in in_use():
        if module.search and (hits := module.search.find(text, actor)):
            yield module, hits


@require_GET
@staff()
def tags(request: HttpRequest) -> HttpResponse:
    """What a field for a tag suggests: the tags of lately changed cases in sight, most used first."""
    return HttpResponse(
        format_html_join("", '<option value="{}"></option>', ((one,) for one in tags_in_use(actor_of(request))))
    )


def _offers(text: str, actor: Actor) -> dict[str, list[offers.Offer]]:
    """The pages and settings that are called so, and what can be done; without words what can be done alone."""
    groups = {"pages": offers.pages(), "settings": offers.house_settings(), "commands": list(offers.ACTIONS)}
    asked = groups if text else {"pages": [], "settings": [], "commands": groups["commands"]}
    return {name: offers.fitting(group, text, actor)[: offers.MOST_OFFERED] for name, group in asked.items()}
