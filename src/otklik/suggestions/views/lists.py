"""All suggestions, all voices of one, and those like what somebody types."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from otklik.foundation.actors import Actor
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.text.language import query_lemmas
from otklik.suggestions import queries
from otklik.suggestions.forms import FilterForm
from otklik.suggestions.labels import SOURCES, STATES
from otklik.suggestions.models import OVER, State, Suggestion, Voice
from otklik.suggestions.queries import in_sight, similar, suggestion_by_id

SUGGESTIONS = Listing(
    template="suggestions/suggestions.html",
    columns=(  # those that are not over are some hundreds, and sorted here; all others walk an index
        Column(name="number", label=pgettext_lazy("of a suggestion", "Number"), by="pk", of=int, falls=True),
        Column(name="voices", label=_("Voices"), by="voice_count", of=int, falls=True),
        Column(name="state", label=_("State"), by="state"),
        Column(name="changed", label=_("Changed"), by="changed_at", of=datetime, falls=True),
    ),
    live="suggestions.suggestions",
)
VOICES = Listing(
    template="suggestions/voices.html",
    order="whoever said it last stands first: what is new is read first",
    still="voices come by the day, and the page is read at once",
)
_SHORTEST = 3


@require_GET
@staff("suggestions.see")
def suggestions(request: HttpRequest) -> HttpResponse:
    """Those that are not over, or what the filters in the address ask for."""
    actor, form = actor_of(request), FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = SUGGESTIONS.page(request, _narrowed(queries.suggestions(actor), wanted, actor.pk))
    rows = [{"suggestion": row, "state": STATES[row.state]} for row in page["rows"]]
    context = {**page, "rows": rows, "filter": form, "is_narrowed": any(wanted.values())}
    return shown(request, SUGGESTIONS.template, {"section": "suggestions", **context})


def _narrowed(rows: QuerySet[Suggestion], wanted: dict[str, Any], me: int | None) -> QuerySet[Suggestion]:
    state = wanted.get("state", "")
    if state in State.values:
        rows = rows.filter(state=state)
    elif state == "untold":
        waiting = Voice.objects.filter(suggestion=OuterRef("pk"), telling=None).exclude(customer=None, agent=None)
        rows = rows.filter(Exists(waiting), state=State.DONE)
    elif state != "all":
        rows = rows.exclude(state__in=OVER)
    if wanted.get("whose"):
        rows = rows.filter(owner_id=me)
    if said := wanted.get("said"):
        rows = rows.filter(is_of_staff=said == "colleagues")
    for forms in query_lemmas(wanted.get("words", "")):
        query = SearchQuery(forms[0], config="simple")
        for form in forms[1:]:
            query |= SearchQuery(form, config="simple")
        rows = rows.filter(search=query)
    return rows


@require_GET
@staff("suggestions.see")
def voices(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who wants it, with all that they said."""
    actor = actor_of(request)
    row = suggestion_by_id(pk, actor=actor)
    page = VOICES.page(request, queries.voices_of(row, actor).order_by())
    rows = [voice_line(one) for one in page["rows"]]
    return shown(request, VOICES.template, {"section": "suggestions", "suggestion": row, **page, "rows": rows})


def voice_line(voice: Voice) -> dict[str, Any]:
    """A voice with what was said, each word with where it was said."""
    said: list[Any] = getattr(voice, "said", [])
    return {"voice": voice, "said": [{"word": word, "source": SOURCES[word.source]} for word in said if word.text]}


@require_GET
@staff("suggestions.see")
def like(request: HttpRequest) -> HttpResponse:
    """A part of a page: what comes near to the words typed so far."""
    words = request.GET.get("q", "").strip()[:300]
    near = near_to(words, actor_of(request), is_ours="ours" in request.GET) if len(words) >= _SHORTEST else []
    return render(request, "suggestions/like.html", {"near": near, "joins": "joins" in request.GET, "merges": 0})


def near_to(words: str, actor: Actor, *, is_ours: bool = False, but: int = 0) -> list[dict[str, Any]]:
    """What comes near to these words among what customers said, or colleagues; with the state of each."""
    rows = in_sight(actor).filter(is_of_staff=is_ours).exclude(state=State.DUPLICATE).exclude(pk=but)
    return [{"suggestion": one.suggestion, "state": STATES[one.suggestion.state]} for one in similar(words, rows)]
