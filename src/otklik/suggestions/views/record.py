"""One suggestion: what weighs for it, who said it, what becomes of it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.foundation.actors import Actor, may
from otklik.foundation.http.pages import shown, take_step
from otklik.foundation.http.staff import actor_of, staff
from otklik.suggestions import actions
from otklik.suggestions.labels import NOT_TOLD, STATES
from otklik.suggestions.models import State, Step, Suggestion, Voice
from otklik.suggestions.moves import MOVES, WAY
from otklik.suggestions.queries import (
    backs,
    last_telling,
    links_of,
    plan_of,
    steps_of,
    suggestion_by_id,
    told_so_far,
    unreached,
    voices_of,
    weight_of,
)
from otklik.suggestions.views.lists import voice_line

_SOME = 6
_PAGE = "suggestions:suggestion"


@require_GET
@staff("suggestions.see")
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = suggestion_by_id(pk, actor=actor)
    may_decide = may(actor, "suggestions.decide")
    context = {
        "suggestion": row,
        "state": STATES[row.state],
        "way": way_of(row, list(steps_of(row))),
        "moves": _moves(row) if may_decide else [],
        "may_decide": may_decide and row.state != State.DUPLICATE,
        "may_write": row.state != State.DUPLICATE and may(actor, "suggestions.write"),
        "weight": weight_of(row),
        "voices": [voice_line(one) for one in voices_of(row, actor)[:_SOME]],
        "links": list(links_of(row, actor)),
        "duplicates": list(row.duplicates.order_by("id")),
        "is_backed": row.is_of_staff and backs(row, actor),
        **_telling(row, actor),
    }
    context["bars"] = bars_of(context["weight"].months)
    return shown(request, "suggestions/suggestion.html", {"section": "suggestions", **context})


def _telling(row: Suggestion, actor: Actor) -> dict[str, Any]:
    """What there is to say of telling those who asked, once it is done."""
    if row.state != State.DONE:
        return {"plan": None, "told": None, "telling": None, "calls": []}
    calls = [{"voice": one, "why": NOT_TOLD.get(one.not_told, "")} for one in unreached(row)] if actor.sees_all else []
    return {"plan": plan_of(row), "told": told_so_far(row), "telling": last_telling(row), "calls": calls}


def _moves(row: Suggestion) -> list[dict[str, Any]]:
    return [{"to": to.value, "label": STATES[to]} for to in MOVES[row.state]]


def way_of(row: Suggestion, steps: list[Step]) -> list[dict[str, Any]]:
    """The states of the way with the day on which each was reached; where this one ended otherwise, that is its end."""
    days = {step.state: step.at for step in steps}
    stages = list(WAY)
    if row.state not in stages:
        stages = [one for one in WAY if one in days] + [State(row.state)]
    place = stages.index(State(row.state))
    is_over = row.state == State.DONE
    return [
        {
            "label": STATES[one],
            "state": "done" if at < place or (is_over and at == place) else "now" if at == place else "later",
            "at": days.get(one) if at <= place else None,
        }
        for at, one in enumerate(stages)
    ]


def bars_of(months: list[tuple[date, int]]) -> list[dict[str, Any]]:
    """The months as a drawing of our own needs them: 0..100 high, the label below."""
    most = max((many for _month, many in months), default=0)
    return [
        {
            "label": date_format(month, "b"),
            "name": date_format(month, "F Y"),
            "many": many,
            "height": round(100 * many / most) if most else 0,
        }
        for month, many in months
    ]


# ── Steps ─────────────────────────────────────────────────────────────────────────────────
@require_POST
@staff("suggestions.write")
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One step that needs no form; what is refused is told on the page."""
    row = suggestion_by_id(pk, actor=actor_of(request))
    return take_step(request, _STEPS, row, back=lambda _refusal: _PAGE)


def _move(request: HttpRequest, row: Suggestion, actor: Actor) -> tuple[str, str]:
    moved = actions.move(suggestion=row, to=request.POST.get("to", ""), actor=actor)
    return str(STATES[moved.state].text), _PAGE


def _hide(_request: HttpRequest, row: Suggestion, actor: Actor) -> tuple[str, str]:
    actions.hide(suggestion=row, actor=actor)
    return _("It is no longer on the board."), _PAGE


def _unlink(request: HttpRequest, row: Suggestion, actor: Actor) -> tuple[str, str]:
    actions.unlink(suggestion=row, link_id=_number(request, "link"), actor=actor)
    return _("Written down."), _PAGE


def _note_told(request: HttpRequest, row: Suggestion, actor: Actor) -> tuple[str, str]:
    voice = Voice.objects.filter(suggestion=row, pk=_number(request, "voice")).first()
    if voice is not None:
        actions.note_told(voice=voice, actor=actor)
    return _("Written down."), _PAGE


def _back(request: HttpRequest, row: Suggestion, actor: Actor) -> tuple[str, str]:
    is_wanted = request.POST.get("wanted") == "yes"
    actions.back_idea(suggestion=row, actor=actor, is_wanted=is_wanted)
    return (_("Your voice counts.") if is_wanted else _("Your voice was taken back.")), _PAGE


def _number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed[:15]) if typed.isdecimal() else 0


_STEPS = {"move": _move, "hide": _hide, "unlink": _unlink, "told": _note_told, "back": _back}
