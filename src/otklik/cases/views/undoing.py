"""The way back: what was just done to many cases is undone by one press, while its address lives."""

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
from otklik.foundation.errors import Refusal
from otklik.foundation.http.bulk import UNDOABLE_FOR, own_address
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.signing import seal, unseal
from otklik.reach.models import Message


def undo_url(what: str, numbers: list[int], tag: str = "") -> str:
    """Where a POST takes back what was done to these cases (``tag``, ``untag`` a ``tag``; ``spam``)."""
    return reverse("cases:undo", args=[seal("undo", {"what": what, "cases": numbers, "tag": tag})])


def undo_solving_url(letters: list[int]) -> str:
    """Where a POST takes back the letters that called cases solved, and with them that they are solved."""
    return reverse("cases:undo", args=[seal("undo", {"what": "unsolve", "letters": letters})])


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
        case what:
            _untag(request, done, "remove" if what == "untag" else "add")
    return HttpResponseRedirect(own_address(request, request.headers.get("Referer", ""), "desk:inbox"))


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
