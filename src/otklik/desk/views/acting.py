"""What an agent does in a case: solve, hand over, tag, look. Each view parses, calls one action and goes back."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.cases import actions, moving
from otklik.cases.custom_fields import custom_values
from otklik.cases.models import Case
from otklik.cases.queries import (
    also_here,
    case_by_number,
    case_file,
    custom_fields,
    is_seen,
    others_to_merge,
    seen_of,
)
from otklik.desk import queries, workspace
from otklik.desk.forms import working
from otklik.desk.views.case import facts_part, looking_words, there, this_case, workspace_page
from otklik.foundation.errors import CONFLICTS, Refusal
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.pages import attempt, do, done, sorry
from otklik.foundation.http.staff import actor_of, staff
from otklik.reach.models import Message
from otklik.team.models import Agent
from otklik.team.queries import faces


# ── Moves ─────────────────────────────────────────────────────────────────────────────────
def _dialog(
    request: HttpRequest,
    found: Case,
    name: str,
    form: DeskForm,
    act: Callable[[dict[str, Any]], object],
    text: str = "",
) -> HttpResponse:
    """One dialog with its form: done and told (by ``act`` itself without ``text``), or shown again with its errors."""
    if do(form, act):
        if text:
            messages.success(request, text)
        return there(found.number)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not request.headers.get("HX-Request"):
        return workspace_page(request, found, forms={name: form}, do=name, status=status)
    seen, news = seen_of(request.POST), []
    if form.refused in CONFLICTS:
        actor = actor_of(request)
        file = case_file(this_case(request, found.pk), agent_id=actor.pk)
        news = workspace.news(file, faces(), agent_id=actor.agent_id, seen=seen)
        seen = file.seen
    context = {"case": found, f"{name}_form": form, "seen": seen, "news": news}
    return render(request, f"desk/dialogs.html#{name}", context, status=status)


@require_POST
@staff()
def solve(request: HttpRequest, number: int) -> HttpResponse:
    found, actor = this_case(request, number), actor_of(request)
    form = moving.SolveForm(request.POST, auto_id="solve_%s")

    def act(typed: dict[str, Any]) -> None:
        seen = seen_of(request.POST)
        _tell_solved(request, found, actions.mark_solved(case=found, actor=actor, **typed, is_undoable=True, **seen))

    return _dialog(request, found, "solve", form, act)


def _tell_solved(request: HttpRequest, found: Case, letter: Message | None) -> None:
    if letter is None:
        text = _("Marked as solved. The customer could not be asked: no letter may go to them")
        messages.warning(request, text)
        return
    way_back = reverse("desk:take-back", args=[found.number, letter.pk]) if letter.send_after else ""
    messages.success(request, _("Marked as solved. The customer is asked"), extra_tags=way_back)


@require_POST
@staff()
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    found, actor = this_case(request, number), actor_of(request)
    form = moving.ReopenForm(request.POST, auto_id="reopen_%s")
    text = _("The case is open again")
    return _dialog(
        request,
        found,
        "reopen",
        form,
        lambda typed: actions.reopen(case=found, actor=actor, **typed, **seen_of(request.POST)),
        text,
    )


@require_POST
@staff()
def transfer(request: HttpRequest, number: int) -> HttpResponse:
    found, actor = this_case(request, number), actor_of(request)
    people = [face for face in faces().values() if face.may_own and face.id != found.owner_id]
    form = moving.TransferForm(request.POST, people=people, auto_id="transfer_%s")

    def act(typed: dict[str, Any]) -> None:
        to = Agent.objects.get(pk=typed["to"])
        actions.transfer(case=found, actor=actor, to=to, summary=typed["summary"], **seen_of(request.POST))

    answer = _dialog(request, found, "transfer", form, act, _("Handed over. The customer is told the new name"))
    still_seen = form.is_valid() and not form.errors
    if still_seen and not is_seen(actor, number):
        return HttpResponseRedirect(reverse("desk:inbox"))
    return answer


@require_POST
@staff()
def merge(request: HttpRequest, number: int) -> HttpResponse:
    found, actor = this_case(request, number), actor_of(request)
    form = moving.MergeForm(request.POST, others=others_to_merge(found, actor), auto_id="merge_%s")

    def act(typed: dict[str, Any]) -> None:
        other = case_by_number(typed["other"], actor=actor)
        actions.merge_cases(into=found, other=other, actor=actor, **seen_of(request.POST))

    try:
        return _dialog(request, found, "merge", form, act, _("Merged: both conversations are here now"))
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        messages.error(request, refusal.text)
        return there(number)


@require_POST
@staff()
def split(request: HttpRequest, number: int, message_id: int) -> HttpResponse:
    """From this word on another case, whose page is shown then; one press takes it back."""
    found, actor = this_case(request, number), actor_of(request)
    try:
        new = actions.split_case(case=found, message_id=message_id, actor=actor)
    except Refusal as refusal:
        if refusal.code in {"not_allowed", "not_found"}:
            raise
        return sorry(request, refusal, "desk:case", number)
    text = _("Now a case of its own: No. %(number)d. The customer was told nothing") % {"number": new.number}
    messages.success(request, text, extra_tags=reverse("desk:join-again", args=[new.number]))
    return there(new.number)


@require_POST
@staff()
def join_again(request: HttpRequest, number: int) -> HttpResponse:
    """It was no other question: back to the case in which it was said."""
    found, actor = this_case(request, number), actor_of(request)
    try:
        before = actions.join_again(case=found, actor=actor)
    except Refusal as refusal:
        if refusal.code in {"not_allowed", "not_found"}:
            raise
        return sorry(request, refusal, "desk:case", number)
    return done(request, _("One case again"), "desk:case", before.number)


@require_POST
@staff()
def stand_in(request: HttpRequest, number: int) -> HttpResponse:
    """Answer for the owner while they are away."""
    found, actor = this_case(request, number), actor_of(request)
    attempt(
        request,
        lambda: actions.stand_in(case=found, actor=actor),
        _("You answer for the owner now. The customer is told both names"),
    )
    return there(number)


@require_POST
@staff()
def spam(request: HttpRequest, number: int) -> HttpResponse:
    """One press, and one to take it back."""
    found, actor = this_case(request, number), actor_of(request)
    attempt(
        request,
        lambda: actions.mark_spam(case=found, actor=actor, **seen_of(request.POST)),
        _("Marked as spam. Nobody is answered or asked"),
        way_back=reverse("desk:not-spam", args=[number]),
    )
    return there(number)


@require_POST
@staff()
def not_spam(request: HttpRequest, number: int) -> HttpResponse:
    """The case stands where it stood."""
    found, actor = this_case(request, number), actor_of(request)
    attempt(request, lambda: actions.unmark_spam(case=found, actor=actor), _("Not spam: all is as it was before"))
    return there(number)


# ── Properties ────────────────────────────────────────────────────────────────────────────
@require_POST
@staff()
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Subject, kind, priority, team and the fields that the company has defined."""
    found, actor = this_case(request, number), actor_of(request)
    teams = [*queries.visible_teams(actor), (found.team_id, found.team.name)]
    form = working.PropertiesForm(request.POST, teams=list(dict(teams).items()), custom=custom_fields("case"))
    done = do(form, lambda typed: _edit(request, found, typed))
    return _facts(request, number, {} if done else {"properties": form})


def _edit(request: HttpRequest, found: Case, typed: dict[str, Any]) -> None:
    changes = {name: typed[name] for name in ("subject", "kind", "priority")}
    own, was = custom_values(custom_fields("case"), typed), typed["custom_was"] or {}
    changes["custom"] = {key: value for key, value in own.items() if key not in was or was[key] != value}
    if typed["team"] != found.team_id:
        changes["team"] = queries.team(typed["team"])
    actions.edit_case(case=found, actor=actor_of(request), changes=changes)


@require_POST
@staff()
def tag(request: HttpRequest, number: int) -> HttpResponse:
    found = this_case(request, number)
    form = working.TagForm(request.POST)
    if form.is_valid():
        add = [one for one in form.cleaned_data["add"].split(",") if one.strip()]
        remove = [form.cleaned_data["remove"]] if form.cleaned_data["remove"] else []
        actions.tag_case(case=found, actor=actor_of(request), add=add, remove=remove)
    return _facts(request, number, {})


def _facts(request: HttpRequest, number: int, forms: dict[str, Any]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if forms else HTTPStatus.OK
    found = this_case(request, number)
    if request.headers.get("HX-Request"):
        context = facts_part(request, found, faces(), forms)
        return render(request, "desk/facts.html", context, status=status)
    return workspace_page(request, found, forms=forms, status=status) if forms else there(number, "#facts")


# ── Presence ──────────────────────────────────────────────────────────────────────────────
@require_POST
@staff()
def presence(request: HttpRequest, number: int) -> HttpResponse:
    """“I look at this case” each twenty seconds, with who else does; ``gone`` when the page is left."""
    found, actor = this_case(request, number), actor_of(request)
    if "gone" in request.POST:
        actions.leave(case=found, actor=actor)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    actions.look(case=found, actor=actor, is_typing=request.POST.get("typing") == "1")
    actions.see_alerts(actor=actor, case=found)
    others = also_here(found, except_agent=actor.pk)
    return JsonResponse({"words": looking_words(others, faces())})
