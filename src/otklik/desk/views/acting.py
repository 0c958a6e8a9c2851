"""What an agent does in a case: answer, note, hand over, solve. Each view parses, calls one action and goes back."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from otklik.cases import actions
from otklik.cases.models import Case, Macro
from otklik.cases.queries import also_here, case_by_number, case_file, conversation_to_answer, custom_fields
from otklik.desk import queries, workspace
from otklik.desk.forms import working
from otklik.desk.forms.base import DeskForm
from otklik.desk.forms.custom import custom_values
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.case import facts_part, looking_words, workspace_page
from otklik.desk.views.pages import do
from otklik.foundation.actors import Actor
from otklik.foundation.errors import CONFLICTS, Refusal
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Delivery, Message
from otklik.reach.queries import formatted, recipients_of_answer
from otklik.team.models import Agent
from otklik.team.queries import faces


def _case(request: HttpRequest, number: int) -> Case:
    return case_by_number(number, actor=actor_of(request))


def _there(number: int, anchor: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:case", args=[number]) + anchor)


# ── Letters and notes ─────────────────────────────────────────────────────────────────────
@require_POST
@staff()
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """Send, send later, or send and mark as solved. What was typed stays whatever goes wrong."""
    found = _case(request, number)
    form = working.ReplyForm(
        request.POST, _chosen_files(request), natural=recipients_of_answer(conversation_to_answer(found))
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            message = _send(request, found, form)
        except Refusal as refusal:
            if refusal.code == "not_found":
                raise
            form.refuse(refusal)
            status = HTTPStatus.CONFLICT if refusal.code in CONFLICTS else status
        else:
            _tell_sent(request, found, message, form.cleaned_data["then"])
            return _there(number)
    return _not_sent(request, found, form, status)


def _chosen_files(request: HttpRequest) -> Any:
    return {"attached": request.FILES.getlist("attached")}


def _files(found: Case, actor: Actor, kind: str, typed: dict[str, Any]) -> list[IncomingFile]:
    """Those that waited with the draft, then those that came with the form."""
    return [
        *actions.take_draft_files(case=found, actor=actor, kind=kind, file_ids=typed["kept"]),
        *typed["attached"],
    ]


@transaction.atomic
def _send(request: HttpRequest, found: Case, form: working.ReplyForm) -> Message:
    actor, typed = actor_of(request), form.cleaned_data
    message = actions.reply(
        case=found,
        actor=actor,
        text=typed["text"],
        files=_files(found, actor, "reply", typed),
        recipients=form.recipients(),
        confirmed=form.confirmed(),
        send_at=typed["send_at"] if typed["then"] == "later" else None,
        is_undoable=True,
        seen_message_id=typed["seen"],
    )
    _follow_macro(found, request, typed["macro"])
    if typed["then"] == "solve" and found.state == Case.State.OPEN:
        actions.mark_solved(case=found, actor=actor, summary=typed["text"].strip()[:1000])
    return message


def _follow_macro(found: Case, request: HttpRequest, macro_id: int | None) -> None:
    """The properties that the chosen prepared text changes."""
    macro = Macro.objects.filter(pk=macro_id, is_active=True).first() if macro_id else None
    if macro is None:
        return
    wishes = macro.actions
    changes = {name: wishes[name] for name in ("kind", "priority") if wishes.get(name)}
    if changes:
        actions.edit_case(case=found, actor=actor_of(request), changes=changes)
    if wishes.get("tags"):
        actions.tag_case(case=found, actor=actor_of(request), add=wishes["tags"])


def _tell_sent(request: HttpRequest, found: Case, message: Message, then: str) -> None:
    way_back = reverse("desk:take-back", args=[found.number, message.pk]) if message.send_after else ""
    if then == "later":
        text = _("The letter leaves later")
    elif then == "solve":
        text, way_back = _("Sent and marked as solved. The customer is asked"), ""
    else:
        text = _("The letter leaves in a few seconds") if way_back else _("Sent")
    messages.success(request, text, extra_tags=way_back)


def _not_sent(request: HttpRequest, found: Case, form: working.ReplyForm, status: int) -> HttpResponse:
    """The page with what is wrong; for a live page only what stands above the editor."""
    if not request.headers.get("HX-Request"):
        _keep_chosen(request, found, "reply", form)
        return workspace_page(request, found, forms={"reply": form}, status=status)
    people, actor = faces(), actor_of(request)
    file = case_file(found, agent_id=actor.pk)
    seen = form.cleaned_data.get("seen") or 0
    news = workspace.letters_after(file, people, agent_id=actor.agent_id, seen=seen) if seen else []
    last = max((letter.message.pk for letter in file.letters), default=0)
    context = {"reply_form": form, "news": news, "last_message_id": last, "case": found}
    return render(request, "desk/editor_news.html", context, status=status)


@require_POST
@staff()
def note(request: HttpRequest, number: int) -> HttpResponse:
    found = _case(request, number)
    form = working.NoteForm(request.POST, _chosen_files(request))
    if do(form, lambda typed: _write_note(request, found, typed)):
        return _there(number)
    if request.headers.get("HX-Request"):
        return render(request, "desk/note_news.html", {"note_form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    _keep_chosen(request, found, "note", form)
    return workspace_page(request, found, forms={"note": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _keep_chosen(request: HttpRequest, found: Case, kind: str, form: DeskForm) -> None:
    """A browser without scripts forgets chosen files with the page; the draft does not."""
    files = form.cleaned_data.get("attached")
    if files:
        with suppress(Refusal):
            actions.add_draft_files(case=found, actor=actor_of(request), kind=kind, files=files)


@transaction.atomic
def _write_note(request: HttpRequest, found: Case, typed: dict[str, Any]) -> Message:
    actor = actor_of(request)
    message = actions.note(case=found, actor=actor, text=typed["text"], files=_files(found, actor, "note", typed))
    unaware = actions.not_told(case=found, text=message.text)
    if unaware:
        text = ngettext(
            "The note is kept, but %(names)s may not see this case and was not told.",
            "The note is kept, but %(names)s may not see this case and were not told.",
            len(unaware),
        )
        messages.warning(request, text % {"names": ", ".join(agent.name for agent in unaware)})
    return message


@require_POST
@staff()
def draft(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """Keep what is being typed."""
    actions.save_draft(
        case=_case(request, number), actor=actor_of(request), kind=kind, text=request.POST.get("text", "")
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
@staff()
def draft_file(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """Keep chosen files with the draft at once; the rows of the list they stand in, or in words why not."""
    found, form = _case(request, number), working.FilesForm(request.POST, _chosen_files(request))
    if not form.is_valid():
        return HttpResponse("\n".join(map(str, form.errors["attached"])), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    files = form.cleaned_data["attached"]
    try:
        rows = actions.add_draft_files(case=found, actor=actor_of(request), kind=kind, files=files)
    except Refusal as refusal:
        return HttpResponse(refusal.text, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(request, "desk/draft_files.html", {"case": found, "files": rows})


@require_POST
@staff()
def remove_draft_file(request: HttpRequest, number: int, file_id: int) -> HttpResponse:
    """Take a file out of the draft; without scripts what was typed is kept on the way."""
    found, actor = _case(request, number), actor_of(request)
    actions.remove_draft_file(case=found, actor=actor, file_id=file_id)
    kind = "note" if request.POST.get("kind") == "note" else "reply"
    if "text" in request.POST:
        actions.save_draft(case=found, actor=actor, kind=kind, text=request.POST["text"])
    if "text" in request.POST:
        return HttpResponseRedirect(f"{reverse('desk:case', args=[number])}?write={kind}#editor")
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
@staff()
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """The letter as the customer will see it: to whom, and both of its parts."""
    found = _case(request, number)
    natural = recipients_of_answer(conversation_to_answer(found))
    form = working.ReplyForm(request.POST, natural=natural)
    form.is_valid()
    cc = set(request.POST.getlist("cc"))
    context = {
        "case": found,
        "author": actor_of(request).name,
        "to": natural.to,
        "cc": [
            *(person.email for person in natural.cc if person.email in cc),
            *filter(None, [request.POST.get("add")]),
        ],
        "text": request.POST.get("text", ""),
        "html": formatted(request.POST.get("text", "")),
        "files": queries.names_of_draft_files(found, actor_of(request), form.cleaned_data.get("kept", [])),
    }
    template = "desk/preview.html#letter" if request.headers.get("HX-Request") else "desk/preview.html"
    return render(request, template, context)


@require_POST
@staff()
def take_back(request: HttpRequest, number: int, message_id: int) -> HttpResponse:
    """Undo a letter that has not left; its text is in the editor again."""
    found = _case(request, number)
    rows = Message.objects.select_related("conversation__thread")
    message = get_object_or_404(rows, pk=message_id, conversation__thread__case=found)
    _try(request, lambda: actions.take_back(case=found, message=message, actor=actor_of(request)), _("Taken back"))
    return _there(number)


@require_POST
@staff()
def retry(request: HttpRequest, number: int, delivery_id: int) -> HttpResponse:
    """Try a lost letter once more."""
    found = _case(request, number)
    row = get_object_or_404(Delivery, pk=delivery_id, message__conversation__thread__case=found)
    _try(
        request,
        lambda: actions.retry_undelivered(delivery=row, actor=actor_of(request)),
        _("The letter is on its way again."),
    )
    return _there(number)


def _try(request: HttpRequest, act: Callable[[], object], text: str) -> None:
    """Act, and say what was done or why not."""
    try:
        act()
    except Refusal as refusal:
        if refusal.code in {"not_allowed", "not_found"}:
            raise
        messages.error(request, refusal.text)
    else:
        messages.success(request, text)


# ── Moves ─────────────────────────────────────────────────────────────────────────────────
def _dialog(
    request: HttpRequest, found: Case, name: str, form: DeskForm, act: Callable[[dict[str, Any]], object], text: str
) -> HttpResponse:
    """One dialog with its form: done and told, or shown again with what is wrong."""
    if do(form, act):
        messages.success(request, text)
        return _there(found.number)
    if request.headers.get("HX-Request"):
        context = {"case": found, f"{name}_form": form}
        return render(request, f"desk/dialogs.html#{name}", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return workspace_page(request, found, forms={name: form}, do=name, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@staff()
def solve(request: HttpRequest, number: int) -> HttpResponse:
    found, actor = _case(request, number), actor_of(request)
    form = working.SolveForm(request.POST, auto_id="solve_%s")
    text = _("Marked as solved. The customer is asked")
    return _dialog(
        request, found, "solve", form, lambda typed: actions.mark_solved(case=found, actor=actor, **typed), text
    )


@require_POST
@staff()
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    found, actor = _case(request, number), actor_of(request)
    form = working.ReopenForm(request.POST, auto_id="reopen_%s")
    text = _("The case is open again")
    return _dialog(request, found, "reopen", form, lambda typed: actions.reopen(case=found, actor=actor, **typed), text)


@require_POST
@staff()
def transfer(request: HttpRequest, number: int) -> HttpResponse:
    found, actor = _case(request, number), actor_of(request)
    people = [face for face in faces().values() if face.is_active and face.id != found.owner_id]
    form = working.TransferForm(request.POST, people=people, auto_id="transfer_%s")

    def act(typed: dict[str, Any]) -> None:
        to = Agent.objects.get(pk=typed["to"])
        actions.transfer(case=found, actor=actor, to=to, summary=typed["summary"])

    answer = _dialog(request, found, "transfer", form, act, _("Handed over. The customer is told the new name"))
    still_seen = form.is_valid() and not form.errors
    if still_seen and not queries.is_seen(actor, number):
        return HttpResponseRedirect(reverse("desk:inbox"))
    return answer


@require_POST
@staff()
def merge(request: HttpRequest, number: int) -> HttpResponse:
    found, actor = _case(request, number), actor_of(request)
    form = working.MergeForm(request.POST, auto_id="merge_%s")

    def act(typed: dict[str, Any]) -> None:
        actions.merge_cases(into=found, other=case_by_number(typed["other"], actor=actor), actor=actor)

    try:
        return _dialog(request, found, "merge", form, act, _("Merged: both conversations are here now"))
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        messages.error(request, refusal.text)
        return _there(number)


@require_POST
@staff()
def stand_in(request: HttpRequest, number: int) -> HttpResponse:
    """Answer for the owner while they are away."""
    found, actor = _case(request, number), actor_of(request)
    _try(
        request,
        lambda: actions.stand_in(case=found, actor=actor),
        _("You answer for the owner now. The customer is told both names"),
    )
    return _there(number)


# ── Properties ────────────────────────────────────────────────────────────────────────────
@require_POST
@staff()
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Subject, kind, priority, team and the fields that the company has defined."""
    found, actor = _case(request, number), actor_of(request)
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
    found = _case(request, number)
    form = working.TagForm(request.POST)
    if form.is_valid():
        add = [one for one in form.cleaned_data["add"].split(",") if one.strip()]
        remove = [form.cleaned_data["remove"]] if form.cleaned_data["remove"] else []
        actions.tag_case(case=found, actor=actor_of(request), add=add, remove=remove)
    return _facts(request, number, {})


def _facts(request: HttpRequest, number: int, forms: dict[str, Any]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if forms else HTTPStatus.OK
    found = _case(request, number)
    if request.headers.get("HX-Request"):
        context = facts_part(found, faces(), actor_of(request), forms)
        return render(request, "desk/facts.html", context, status=status)
    return workspace_page(request, found, forms=forms, status=status) if forms else _there(number, "#facts")


# ── Presence ──────────────────────────────────────────────────────────────────────────────
@require_POST
@staff()
def presence(request: HttpRequest, number: int) -> HttpResponse:
    """“I look at this case” each twenty seconds, with who else does; ``gone`` when the page is left."""
    found, actor = _case(request, number), actor_of(request)
    if "gone" in request.POST:
        actions.leave(case=found, actor=actor)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    actions.look(case=found, actor=actor, is_typing=request.POST.get("typing") == "1")
    actions.see_alerts(actor=actor, case=found)
    others = also_here(found, except_agent=actor.pk)
    return JsonResponse({"words": looking_words(others, faces())})
