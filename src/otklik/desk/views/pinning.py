"""What a person keeps at hand: one press pins a page or unpins it; one page names them and puts them in order."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.pins import standing
from otklik.foundation.actors import Actor
from otklik.foundation.http.bulk import UNDOABLE_FOR, own_address
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.pages import attempt, is_part, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.signing import seal, unseal
from otklik.team.actions.pins import move_pin, pin_page, rename_pin, unpin_page
from otklik.team.login import me_of
from otklik.team.queries import Pin, pins_of

PINS = Listing(template="desk/pins.html", order="a person puts their own pins in order", still="one's own")
_PLACE = re.compile("[0-9]{1,3}")


@require_GET
@staff()
def pins(request: HttpRequest) -> HttpResponse:
    """What stands at hand, to be named, put in order and taken away."""
    context = {"section": "pins", "rows": standing(pins_of(me_of(request)), actor_of(request))}
    return shown(request, PINS.template, context)


@require_POST
@staff()
def pin(request: HttpRequest) -> HttpResponse:
    """Keep a page at hand; what is gone meanwhile is told in the same breath."""
    asked = request.POST
    done = pin_page(address=asked.get("address", ""), name=asked.get("called", ""), actor=actor_of(request))
    text = _("Pinned: %(name)s.") % {"name": done.pin.name}
    if done.gone:
        text = f"{text} {_fallen(done.gone)}"
    return _told(request, text, _undo_url("unpin", done.pin))


def _fallen(names: Sequence[str]) -> str:
    words = ngettext(
        "This page is gone and fell off: %(names)s.", "These pages are gone and fell off: %(names)s.", len(names)
    )
    return words % {"names": ", ".join(names)}


@require_POST
@staff()
def unpin(request: HttpRequest) -> HttpResponse:
    done = unpin_page(address=request.POST.get("address", ""), actor=actor_of(request))
    return _told(request, _("Unpinned: %(name)s.") % {"name": done.pin.name}, _undo_url("pin", done.pin, done.was_at))


@require_POST
@staff()
def name(request: HttpRequest) -> HttpResponse:
    asked = request.POST
    done = rename_pin(address=asked.get("address", ""), name=asked.get("name", ""), actor=actor_of(request))
    return _told(request, _("The pin has its new name."), _undo_url("name", done.pin))


@require_POST
@staff()
def move(request: HttpRequest) -> HttpResponse:
    """To the place ``to``, counted from 0; said only to who cannot see it."""
    to = request.POST.get("to", "")
    place = int(to) if _PLACE.fullmatch(to) else 0
    done = move_pin(address=request.POST.get("address", ""), to=place, actor=actor_of(request))
    words = _("%(name)s: place %(place)d of %(count)d.")
    return _told(request, heard=words % {"name": done.pin.name, "place": done.is_at + 1, "count": done.count})


def _undo_url(what: str, pin: Pin, at: int = 0) -> str:
    """Where a POST does ``what`` (pin, unpin or name) to make a pin what it was."""
    return reverse("desk:pin-undo", args=[seal("undo-pin", {"what": what, "pin": [pin.address, pin.name], "at": at})])


@require_POST
@staff()
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what was done to a pin. Raises ``Refusal('link_expired')`` after a quarter of an hour."""
    done = unseal("undo-pin", token, max_age=UNDOABLE_FOR)
    attempt(request, partial(_undo, done, actor_of(request)), _("Taken back"))
    return HttpResponseRedirect(own_address(request, request.headers.get("Referer", ""), "desk:inbox"))


def _undo(done: dict[str, Any], actor: Actor) -> None:
    address, name = done["pin"]
    match done["what"]:
        case "pin":
            pin_page(address=address, name=name, at=done["at"], actor=actor)
        case "unpin":
            unpin_page(address=address, actor=actor)
        case _:
            rename_pin(address=address, name=name, actor=actor)


def _told(request: HttpRequest, text: str = "", way_back: str = "", *, heard: str = "") -> HttpResponse:
    """The parts of the open page that show pins, or back to it; ``text`` stands on it, with the way back."""
    me = me_of(request)
    me.refresh_from_db(fields=["pins"])
    if is_part(request):
        rows = standing(pins_of(me), actor_of(request))
        told = {"text": text, "way_back": way_back, "heard": heard, "rows": rows}
        return render(request, "desk/pins_changed.html", told)
    if text:
        messages.success(request, text, extra_tags=way_back)
    return HttpResponseRedirect(own_address(request, request.POST.get("next", ""), "desk:inbox"))
