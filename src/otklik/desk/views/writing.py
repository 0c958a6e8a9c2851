"""What an agent writes in a case: letters, notes, their drafts and files; and what becomes of a letter."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from otklik.cases import actions
from otklik.cases.models import Case, Macro
from otklik.cases.queries import case_file, conversation_to_answer
from otklik.desk import queries, workspace
from otklik.desk.forms import working
from otklik.desk.forms.base import DeskForm
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.case import there, this_case, workspace_page
from otklik.desk.views.pages import attempt, do
from otklik.foundation.actors import Actor
from otklik.foundation.errors import CONFLICTS, Refusal
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Delivery, Message
from otklik.reach.queries import formatted, recipients_of_answer
from otklik.team.queries import faces


@require_POST
@staff()
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """Send, send later, or send and mark as solved. What was typed stays whatever goes wrong."""
    found = this_case(request, number)
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
            return there(number)
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
    found = this_case(request, number)
    form = working.NoteForm(request.POST, _chosen_files(request))
    if do(form, lambda typed: _write_note(request, found, typed)):
        return there(number)
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
    _tell_whom_it_missed(request, actions.not_told(case=found, actor=actor, text=message.text))
    return message


def _tell_whom_it_missed(request: HttpRequest, missed: list[actions.NotTold]) -> None:
    unseeing = [one.name for one in missed if one.reason == "may_not_see"]
    if unseeing:
        text = ngettext(
            "The note is kept, but %(names)s may not see this case and was not told.",
            "The note is kept, but %(names)s may not see this case and were not told.",
            len(unseeing),
        )
        messages.warning(request, text % {"names": ", ".join(unseeing)})
    for name in [one.name for one in missed if one.reason == "ambiguous"]:
        text = _(
            "The note is kept, but several colleagues are called %(name)s: nobody of them was told. Name the e-mail."
        )
        messages.warning(request, text % {"name": name})


@require_POST
@staff()
def draft(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """Keep what is being typed."""
    actions.save_draft(
        case=this_case(request, number), actor=actor_of(request), kind=kind, text=request.POST.get("text", "")
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
@staff()
def draft_file(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """Keep chosen files with the draft at once; the rows of the list they stand in, or in words why not."""
    found, form = this_case(request, number), working.FilesForm(request.POST, _chosen_files(request))
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
    found, actor = this_case(request, number), actor_of(request)
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
    found = this_case(request, number)
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
    found = this_case(request, number)
    rows = Message.objects.select_related("conversation__thread")
    message = get_object_or_404(rows, pk=message_id, conversation__thread__case=found)
    attempt(request, lambda: actions.take_back(case=found, message=message, actor=actor_of(request)), _("Taken back"))
    return there(number)


@require_POST
@staff()
def retry(request: HttpRequest, number: int, delivery_id: int) -> HttpResponse:
    """Try a lost letter once more."""
    found = this_case(request, number)
    row = get_object_or_404(Delivery, pk=delivery_id, message__conversation__thread__case=found)
    attempt(
        request,
        lambda: actions.retry_undelivered(delivery=row, actor=actor_of(request)),
        _("The letter is on its way again."),
    )
    return there(number)
