"""Ideas: the question of the house, what was said already, what has changed because somebody said so, and mine."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.http.limits import TooOften, client_address
from otklik.portal.forms.ideas import IdeaForm
from otklik.portal.ideas import count_voice, fates_of, send_idea
from otklik.portal.queries import first_answer, signed_in, zone_for
from otklik.portal.views.pages import TOO_MANY, WRONG, page, private, too_often
from otklik.suggestions.actions import Said, add_voice, say_helped, withdraw_voice
from otklik.suggestions.labels import STATES
from otklik.suggestions.models import State, Suggestion, Word
from otklik.suggestions.queries import (
    board_of,
    is_board_open,
    on_board,
    shown_by_id,
    shown_praises,
    similar,
    voice_of,
)

_SHORTEST, _MOST_DONE, _MOST_OPEN = 3, 10, 30


@require_http_methods(["GET", "HEAD", "POST"])
@private
def ideas(request: HttpRequest) -> HttpResponse:
    """The form; what is sent becomes a case of that person and a suggestion in it. Only its sender sees it."""
    mine = signed_in(request)
    known = mine.email if mine else ""
    if request.method != "POST":
        return _show(request, IdeaForm(known=known))
    form = IdeaForm(request.POST, known=known)
    if not form.is_valid():
        return _show(request, form, status=WRONG)
    try:
        link = send_idea(
            matter=form.matter(),
            once=form.cleaned_data["once"],
            network=client_address(request),
            may_be_shown=form.cleaned_data["may_be_shown"],
        )
    except TooOften as refusal:
        form.add_error(None, refusal.text)
        return too_often(_show(request, form, status=TOO_MANY), refusal)
    except Refusal as refusal:
        if refusal.code not in {"nobody_here", "words_too_long", "words_missing"}:
            raise
        form.add_error(None, refusal.text)
        return _show(request, form, status=WRONG)
    return redirect("portal:sent", link=link)


def _show(request: HttpRequest, form: IdeaForm, *, status: int = 200) -> HttpResponse:
    mine = signed_in(request)
    me = mine.customer.pk if mine else None
    board = board_of(me)
    zone = zone_for(mine.customer)[0] if mine else None
    context = {
        "here": "ideas",
        "form": form,
        "mine": mine,
        "fates": fates_of(mine.customer) if mine else [],
        "is_open": is_board_open(),
        "praises": shown_praises(),
        "changed": [_entry(row, me) for row in board.filter(state=State.DONE).order_by("-done_at")[:_MOST_DONE]],
        "board": [_entry(row, me) for row in _still_open(board)],
        **first_answer(),
    }
    answer = page(request, "portal/ideas.html", context, status=status, zone=zone)
    add_never_cache_headers(answer)
    return answer


def _still_open(board: Any) -> Any:
    return board.exclude(state=State.DONE).order_by("-voice_count", "-id")[:_MOST_OPEN]


def _entry(row: Any, me: int | None) -> dict[str, Any]:
    voice = voice_of(row, customer_id=me) if me is not None and row.is_mine else None
    return {"suggestion": row, "state": STATES[row.state], "voice": voice}


@require_safe
def like(request: HttpRequest) -> HttpResponse:
    """A part of the page: what stands on the board already and comes near to the words typed so far."""
    words = request.GET.get("q", "").strip()[:300]
    near = similar(words, on_board(), by="shown_title") if len(words) >= _SHORTEST else []
    entries = [{"suggestion": one.suggestion, "state": STATES[one.suggestion.state]} for one in near]
    answer = page(request, "portal/ideas_like.html", {"near": entries})
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_POST
@private
def voice(request: HttpRequest, number: int) -> HttpResponse:
    """ "I want it too", or not after all; by whoever proved who they are."""
    mine = signed_in(request)
    if mine is None:
        return redirect("portal:my")
    count_voice(network=client_address(request))
    row = shown_by_id(number)
    actor = Actor(kind=ActorKind.CUSTOMER, pk=mine.customer.pk)
    if request.POST.get("wanted") == "no":
        try:
            withdraw_voice(suggestion=row, customer=mine.customer, actor=actor)
        except Refusal as refusal:
            if refusal.code != "voice_stays":
                raise
    else:
        said = Said(customer=mine.customer, source=Word.Source.PORTAL)
        add_voice(suggestion=row, said=said, actor=actor)
    return redirect(f"{reverse('portal:ideas')}#i{number}")


@require_POST
@private
def helped(request: HttpRequest, number: int) -> HttpResponse:
    """Whoever asked for what is done says whether it helps."""
    mine = signed_in(request)
    if mine is None:
        return redirect("portal:my")
    said = request.POST.get("helped", "")
    spoken = voice_of(Suggestion(pk=number), customer_id=mine.customer.pk)
    if spoken is not None and said in {"yes", "no"}:
        say_helped(voice=spoken, is_helped=said == "yes")
    return redirect(f"{reverse('portal:ideas')}#i{number}")
