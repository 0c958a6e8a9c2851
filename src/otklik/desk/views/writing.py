"""What an agent writes in a case: letters, notes, their drafts and files; and what becomes of a letter."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST

from otklik.cases import actions
from otklik.cases.closing import closed
from otklik.cases.models import Case, Macro
from otklik.cases.queries import case_file, conversation_to_answer, open_steps, seen_of, told_already, ways_of
from otklik.desk import queries, workspace
from otklik.desk.forms import working
from otklik.desk.views.case import there, this_case, workspace_page
from otklik.foundation.actors import Actor
from otklik.foundation.errors import CONFLICTS, Refusal
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.pages import LETTER_DRAWN, attempt, do
from otklik.foundation.http.staff import actor_of, staff
from otklik.promises.actions import promise_what_is_said
from otklik.promises.queries import promised_words
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Delivery, Message
from otklik.reach.queries import Recipients, recipients_of_answer
from otklik.team.queries import faces
from otklik.ui.words import when


@require_POST
@staff()
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """Send, send later, or send and mark as solved. What was typed stays whatever goes wrong."""
    found = this_case(request, number)
    form = working.ReplyForm(request.POST, _chosen_files(request), natural=_whom(request, found))
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid() and not _asks_again(request, found, form):
        try:
            message = _send(request, found, form)
        except Refusal as refusal:
            if refusal.code == "not_found":
                raise
            form.refuse(refusal)
            status = HTTPStatus.CONFLICT if refusal.code in CONFLICTS else status
        else:
            _tell_sent(request, found, message, form.cleaned_data["then"])
            return _onward(number, form.cleaned_data["rest"]) if form.cleaned_data["then"] == "next" else there(number)
    return _not_sent(request, found, form, status)


def _whom(request: HttpRequest, found: Case) -> Recipients:
    """Who reads the answer by the chosen way."""
    natural, via = conversation_to_answer(found), request.POST.get("via", "")
    if via in {"", f"c{natural.pk}"}:
        return recipients_of_answer(natural)
    chosen = ways_of(case_file(found, agent_id=None), via=via).chosen
    return chosen.recipients if chosen else Recipients(to=())


def _asks_again(request: HttpRequest, found: Case, form: working.ReplyForm) -> bool:
    """Whether the letter asks for what the customer has told already. It is said once: sent once more, it leaves."""
    warned, text = set(form.cleaned_data["warned"].split()), form.cleaned_data["text"]
    again = [one for one in told_already(found, actor=actor_of(request), text=text) if one.kind not in warned]
    for one in again:
        words = _(
            "%(what)s %(value)s is known already: %(name)s, %(when)s, case %(number)d. To ask all the same, send again."
        )
        name = one.author or found.customer.name or _("the customer")
        told = {"what": one.label, "value": one.value, "name": name, "when": when(one.at, now=timezone.now())}
        form.add_error(None, words % {**told, "number": one.case_number})
    form.warned_of = " ".join(sorted(warned | {one.kind for one in again}))
    return bool(again)


def _onward(number: int, rest: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('desk:onward', args=[number])}?{urlencode({'list': rest})}")


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
    letter: dict[str, Any] = {
        "case": found,
        "actor": actor,
        "text": typed["text"],
        "files": _files(found, actor, "reply", typed),
        "recipients": form.recipients(),
        "confirmed": form.confirmed(),
        "is_undoable": True,
        "via": typed["via"],
        **seen_of(request.POST),
    }
    if typed["then"] == "solve" and found.state == Case.State.OPEN:
        message = actions.answer_and_solve(**letter, closing=typed["closing"])
    else:
        message = actions.reply(**letter, send_at=typed["send_at"] if typed["then"] == "later" else None)
    if typed["promises"]:
        promise_what_is_said(case=found, actor=actor, letter=message)
    _follow_macro(found, request, typed["macro"])
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
        text = _("Sent and marked as solved. The customer is asked")
        if left := len(open_steps(found)):
            text = ngettext(
                "Sent and marked as solved. The customer is asked. %(left)d step of the standard is open",
                "Sent and marked as solved. The customer is asked. %(left)d steps of the standard are open",
                left,
            ) % {"left": left}
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
    news = workspace.news(file, people, agent_id=actor.agent_id, seen=seen_of(request.POST))
    context = {"reply_form": form, "news": news, "seen": file.seen, "case": found}
    return render(request, "desk/editor_news.html", context, status=status)


@require_POST
@staff()
def note(request: HttpRequest, number: int) -> HttpResponse:
    found = this_case(request, number)
    form = working.NoteForm(request.POST, _chosen_files(request))
    if do(form, lambda typed: _write_note(request, found, typed)):
        return there(number)
    if request.headers.get("HX-Request"):
        return render(request, "desk/refused.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
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
    """Keep what is being typed, and say what an answer promises by a moment.

    409 with the other words when another tab has saved some.
    """
    found, actor, was = this_case(request, number), actor_of(request), request.POST.get("was")
    text = request.POST.get("text", "")
    try:
        kept = actions.save_draft(case=found, actor=actor, kind=kind, text=text, was=was)
    except Refusal as refusal:
        if refusal.code not in CONFLICTS:
            raise
        theirs = queries.draft(found, actor, kind)
        words = {"text": theirs.text, "was": theirs.version} if theirs else {"text": "", "was": ""}
        return JsonResponse(words, status=HTTPStatus.CONFLICT)
    promise = promised_words(found, actor, text) if kind == "reply" else ""
    return JsonResponse({"was": kept.version if kept.pk else "", "promise": promise})


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


@csp_override({**LETTER_DRAWN, "frame-ancestors": [CSP.SELF]})
@xframe_options_sameorigin
@require_POST
@staff()
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """The letter exactly as it would leave now: its head, its page, its plain twin. Only the desk may frame it.

    ``?then=solve``: with the question that «send and mark as solved» puts at its end.
    """
    found, actor = this_case(request, number), actor_of(request)
    form = working.ReplyForm(request.POST, natural=_whom(request, found))
    form.is_valid()
    recipients = form.recipients()
    is_solving, text = request.GET.get("then") == "solve", request.POST.get("text", "")
    letter = actions.preview_answer(
        case=found,
        actor=actor,
        text=closed(found, text, request.POST.get("closing", "")) if is_solving else text,
        recipients=recipients,
        is_solving=is_solving,
        via=form.cleaned_data.get("via", ""),
    )
    context = {
        "case": found,
        "to": recipients.to,
        "cc": recipients.cc,
        "letter": letter,
        "files": queries.names_of_draft_files(found, actor, form.cleaned_data.get("kept", [])),
    }
    return render(request, "desk/preview.html", context)


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
def arrived(request: HttpRequest, number: int, delivery_id: int) -> HttpResponse:
    """Nobody knew whether it arrived; somebody has looked, and it did."""
    found = this_case(request, number)
    row = get_object_or_404(Delivery, pk=delivery_id, message__conversation__thread__case=found)
    attempt(
        request,
        lambda: actions.believe_it_arrived(delivery=row, actor=actor_of(request)),
        _("Good, it counts as sent."),
    )
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
