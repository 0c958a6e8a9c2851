"""The same thing done to many cases: each refusal is told, the others go through, one press takes it back."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from otklik.cases.actions import mark_solved, mark_spam, tag_case, unmark_spam
from otklik.cases.forms.bulk import BulkForm
from otklik.cases.lists import first_numbers, wish_of
from otklik.cases.models import Case
from otklik.cases.queries import Seen, visible_to
from otklik.cases.views.undoing import undo_solving_url, undo_url
from otklik.foundation.errors import Refusal
from otklik.foundation.http.bulk import MOST_AT_ONCE, each, named, own_address
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.policies import policy
from otklik.reach.models import Message

_LONGEST_PER_CASE = timedelta(milliseconds=200)
"""How much longer a letter waits for each case that is solved with it, so that the first can be taken back too."""


@require_POST
@staff()
def bulk(request: HttpRequest) -> HttpResponse:
    """Tag, hand over, solve or call spam the ticked cases, or those of the whole view."""
    form = BulkForm({**request.POST.dict(), "case": request.POST.getlist("case")})
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return _back(request)
    wishes = form.cleaned_data
    chosen, goes_on = _chosen(request, wishes)
    if wishes["do"] == "hand_over":
        return _to_look_at_each(chosen, wishes)
    if wishes["do"] == "solve":
        _solve(request, chosen, wishes)
    elif wishes["do"] == "spam":
        _spam(request, chosen, wishes)
    elif wishes["do"] == "not_spam":
        _not_spam(request, chosen)
    else:
        _tag(request, chosen, wishes["tag"], is_added=wishes["do"] == "tag")
    if goes_on:
        text = _("The view has more cases: these were its first %(count)d.")
        messages.info(request, text % {"count": MOST_AT_ONCE})
    return _back(request)


@require_GET
@staff()
def count(request: HttpRequest) -> HttpResponse:
    """How many cases “all of the view” would be, in words."""
    numbers, goes_on = first_numbers(wish_of(request.GET), actor_of(request), most=MOST_AT_ONCE)
    text = ngettext("the whole view: %(count)d case", "the whole view: %(count)d cases", len(numbers))
    if goes_on:
        text = _("the first %(count)d cases of the view")
    return HttpResponse(text % {"count": len(numbers)}, content_type="text/plain; charset=utf-8")


def _chosen(request: HttpRequest, wishes: dict[str, Any]) -> tuple[list[Case], bool]:
    """The cases in sight that were meant, in the order of the list, and whether the view has more of them."""
    actor, numbers, goes_on = actor_of(request), wishes["case"], False
    if wishes["all"]:
        numbers, goes_on = first_numbers(wish_of(QueryDict(wishes["view"])), actor, most=MOST_AT_ONCE)
    rows = visible_to(actor).select_related("owner", "team", "customer").defer("search")
    found = rows.in_bulk(numbers)
    return [found[number] for number in numbers if number in found], goes_on


def _seen(wishes: dict[str, Any]) -> Seen:
    return {"seen_message_id": wishes["seen"], "seen_word_id": wishes["word"]}


def _each[T](request: HttpRequest, chosen: Sequence[Case], act: Callable[[Case], T]) -> list[tuple[Case, T]]:
    """What came of each case; those that refused are told together, by their reason."""

    def told(case: Case) -> T:
        try:
            return act(case)
        except Refusal as refusal:
            if refusal.code != "changed_meanwhile":
                raise
            raise Refusal(refusal.code, _("something new was written there. Read it first.")) from refusal

    return each(request, chosen, told, name=lambda case: str(case.number))


# ── What is done ──────────────────────────────────────────────────────────────────────────
def _tag(request: HttpRequest, chosen: list[Case], tag: str, *, is_added: bool) -> None:
    tag = " ".join(tag.lower().split())
    if not tag:
        messages.error(request, _("Write the tag first."))
        return
    changed = [case for case in chosen if (tag in case.tags) != is_added]
    with transaction.atomic():
        for case in changed:
            tag_case(case=case, actor=actor_of(request), **{"add" if is_added else "remove": [tag]})
    text = ngettext("%(count)d case: tag “%(tag)s” added", "%(count)d cases: tag “%(tag)s” added", len(changed))
    if not is_added:
        text = ngettext("%(count)d case: tag “%(tag)s” removed", "%(count)d cases: tag “%(tag)s” removed", len(changed))
    way_back = undo_url("untag" if is_added else "tag", [case.pk for case in changed], tag) if changed else ""
    messages.success(request, text % {"count": len(changed), "tag": tag}, extra_tags=way_back)


def _to_look_at_each(chosen: list[Case], wishes: dict[str, Any]) -> HttpResponseRedirect:
    """Nothing is handed over before somebody has read what the next owner of each case is told."""
    asked = QueryDict(mutable=True)
    asked.setlist("case", [str(case.pk) for case in chosen])
    asked["to"] = wishes["to"] or ""
    return HttpResponseRedirect(f"{reverse('cases:hand-over')}?{asked.urlencode()}")


def _solve(request: HttpRequest, chosen: list[Case], wishes: dict[str, Any]) -> None:
    """Each customer is asked in their own letter; none leaves before the last case is solved and can be taken back."""
    if not wishes["done"].strip():
        messages.error(request, _("Tell the customers what was done."))
        return
    leaves = _leaves_at(len(chosen))

    def act(case: Case) -> Message | None:
        return mark_solved(case=case, actor=actor_of(request), summary=wishes["done"], send_at=leaves, **_seen(wishes))

    done = _each(request, chosen, act)
    silent = [case.number for case, letter in done if letter is None]
    if silent:
        text = _("marked as solved, but the customer could not be asked: no letter may go to them.")
        messages.warning(request, f"{named([str(number) for number in silent])}: {text}")
    letters = [letter.pk for _case, letter in done if letter is not None]
    if letters:
        text = ngettext(
            "%(count)d case is marked as solved. The customer is asked.",
            "%(count)d cases are marked as solved. The customers are asked.",
            len(letters),
        )
        way_back = undo_solving_url(letters) if leaves else ""
        messages.success(request, text % {"count": len(letters)}, extra_tags=way_back)


def _leaves_at(count: int) -> datetime | None:
    """When the letters leave, None for at once in a house without an undo time."""
    seconds = int(policy("reach.undo_seconds"))
    return timezone.now() + timedelta(seconds=seconds) + count * _LONGEST_PER_CASE if seconds > 0 else None


def _spam(request: HttpRequest, chosen: list[Case], wishes: dict[str, Any]) -> None:
    done = _each(request, chosen, lambda case: mark_spam(case=case, actor=actor_of(request), **_seen(wishes)))
    if done:
        text = ngettext(
            "%(count)d case marked as spam. Nobody is answered or asked",
            "%(count)d cases marked as spam. Nobody is answered or asked",
            len(done),
        )
        way_back = undo_url("spam", [case.pk for case, _none in done])
        messages.success(request, text % {"count": len(done)}, extra_tags=way_back)


def _not_spam(request: HttpRequest, chosen: list[Case]) -> None:
    done = len(_each(request, chosen, lambda case: unmark_spam(case=case, actor=actor_of(request))))
    if done:
        text = ngettext(
            "%(count)d case is not spam: all is as it was before",
            "%(count)d cases are not spam: all is as it was before",
            done,
        )
        messages.success(request, text % {"count": done})


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(own_address(request, request.POST.get("next", ""), "desk:inbox"))
