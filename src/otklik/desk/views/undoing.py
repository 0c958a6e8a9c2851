"""The way back: what was just done to many cases, or to a pin, is undone by one press, while its address lives."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from otklik.cases.actions import tag_case, take_back, unmark_spam
from otklik.cases.models import Case
from otklik.cases.queries import visible_to
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.http.bulk import UNDOABLE_FOR, own_address
from otklik.foundation.http.pages import attempt
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.signing import seal, unseal
from otklik.reach.models import Message
from otklik.team.actions.pins import pin_page, rename_pin, unpin_page
from otklik.team.queries import Pin


def undo_url(what: str, numbers: list[int], tag: str = "") -> str:
    """Where a POST takes back what was done to these cases (``tag``, ``untag`` a ``tag``; ``spam``)."""
    return reverse("desk:undo", args=[seal("undo", {"what": what, "cases": numbers, "tag": tag})])


def undo_solving_url(letters: list[int]) -> str:
    """Where a POST takes back the letters that called cases solved, and with them that they are solved."""
    return reverse("desk:undo", args=[seal("undo", {"what": "unsolve", "letters": letters})])


def undo_pin_url(what: str, pin: Pin, at: int = 0) -> str:
    """Where a POST does ``what`` (pin, unpin or name) to make a pin what it was."""
    return reverse("desk:undo", args=[seal("undo", {"what": what, "pin": [pin.address, pin.name], "at": at})])


@require_POST
@staff()
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what was done. Raises ``Refusal('link_expired')`` after a quarter of an hour."""
    done = unseal("undo", token, max_age=UNDOABLE_FOR)
    match done["what"]:
        case "unsolve":
            _unsolve(request, done["letters"])
        case "spam":
            _unspam(request, done["cases"])
        case "pin" | "unpin" | "name":
            attempt(request, partial(_undo_pin, done, actor_of(request)), _("Taken back"))
        case what:
            _untag(request, done, "remove" if what == "untag" else "add")
    return HttpResponseRedirect(here(request, request.headers.get("Referer", "")))


def _undo_pin(done: dict[str, Any], actor: Actor) -> None:
    address, name = done["pin"]
    match done["what"]:
        case "pin":
            pin_page(address=address, name=name, at=done["at"], actor=actor)
        case "unpin":
            unpin_page(address=address, actor=actor)
        case _:
            rename_pin(address=address, name=name, actor=actor)


def _untag(request: HttpRequest, done: dict[str, Any], side: str) -> None:
    for case in visible_to(actor_of(request)).filter(pk__in=done["cases"]):
        tag_case(case=case, actor=actor_of(request), **{side: [done["tag"]]})
    messages.success(request, _("Taken back"))


def _unsolve(request: HttpRequest, letters: list[int]) -> None:
    actor, left = actor_of(request), 0
    for message in Message.objects.filter(pk__in=letters).select_related("conversation").order_by("id"):
        try:
            case = visible_to(actor).get(threads__conversation=message.conversation_id)
            take_back(case=case, message=message, actor=actor)
        except (Refusal, Case.DoesNotExist):
            left += 1
    if len(letters) > left:
        messages.success(request, _("Taken back"))
    if left:
        text = ngettext(
            "%(count)d letter could not be taken back any more.",
            "%(count)d letters could not be taken back any more.",
            left,
        )
        messages.warning(request, text % {"count": left})


def _unspam(request: HttpRequest, numbers: list[int]) -> None:
    actor, left = actor_of(request), 0
    for case in visible_to(actor).filter(pk__in=numbers).select_related("owner", "team", "customer").defer("search"):
        try:
            unmark_spam(case=case, actor=actor)
        except Refusal:
            left += 1
    if left < len(numbers):
        messages.success(request, _("Taken back"))
    if left:
        text = ngettext(
            "%(count)d case is no spam any more: a colleague was faster.",
            "%(count)d cases are no spam any more: a colleague was faster.",
            left,
        )
        messages.warning(request, text % {"count": left})


def here(request: HttpRequest, wished: str) -> str:
    """The page to come back to: the wished one if it is ours, else the inbox."""
    return own_address(request, wished, "desk:inbox")
