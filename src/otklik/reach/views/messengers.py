"""The door of a messenger, set up step by step: a token, a real check, a first word, and what the law says."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, attempt, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.policies import change_policies, policy
from otklik.reach.actions import Wanted, check_channel, connect_messenger, open_messenger
from otklik.reach.foreign import FOREIGN_MESSENGERS
from otklik.reach.forms import LawForm, MessengerForm
from otklik.reach.limits import MESSENGERS
from otklik.reach.models import Inbox
from otklik.reach.queries import door_by_id, doors, first_words, hook_url


@require_http_methods(GET_OR_POST)
@staff("reach.edit")
def new_messenger(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in MESSENGERS:
        raise Http404
    form = MessengerForm(request.POST or None, kind=kind)
    if request.method == "POST" and (inbox := _open(request, form, kind)):
        return redirect("reach:messenger", inbox.pk)
    return _page(request, kind, form, None)


@require_http_methods(GET_OR_POST)
@staff("reach.edit")
def messenger(request: HttpRequest, inbox_id: int) -> HttpResponse:
    inbox = _messenger(inbox_id)
    form = MessengerForm(request.POST or None, kind=inbox.kind, inbox=inbox)
    if request.method == "POST" and _open(request, form, inbox.kind):
        return redirect("reach:messenger", inbox.pk)
    return _page(request, inbox.kind, form, inbox)


def _messenger(inbox_id: int) -> Inbox:
    inbox = door_by_id(inbox_id)
    if inbox.kind not in MESSENGERS:
        raise Http404
    return inbox


def _open(request: HttpRequest, form: MessengerForm, kind: str) -> Inbox | None:
    """The messenger is asked outside of any transaction: it may take its time."""
    if not form.is_valid():
        return None
    try:
        opened = open_messenger(wanted=Wanted(kind=kind, **form.cleaned_data), actor=actor_of(request))
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    if opened.problem:
        messages.error(request, opened.problem)
    else:
        messages.success(request, _("The messenger knows us: %(name)s.") % {"name": opened.account.name})
    return opened.inbox


def _page(request: HttpRequest, kind: str, form: MessengerForm, inbox: Inbox | None) -> HttpResponse:
    door = next((one for one in doors() if inbox and one.inbox.pk == inbox.pk), None)
    account = inbox.settings.get("account", {}) if inbox else {}
    is_heard = bool(door and door.last_in)
    context: dict[str, Any] = {
        "section": "settings",
        "current": "reach:channels",
        "title": _("Connect %(name)s") % {"name": MESSENGERS[kind].name},
        "messenger": MESSENGERS[kind],
        "kind_of_door": kind,
        "form": form,
        "door": door,
        "account": account,
        "hook": hook_url(inbox) if inbox else "",
        "is_heard": is_heard,
        "words": first_words(inbox) if inbox else [],
        "at": 0 if is_heard else 4 if inbox else 2,
        "of": 5,
        "law": LawForm(initial={"foreign": policy(FOREIGN_MESSENGERS)}),
        "back": reverse("reach:channels"),
        "roads": [form[name] for name in ("mode", "base_url", "proxy", "ca")],
        "plain": [one for one in form if one.name not in {"mode", "base_url", "proxy", "ca"}],
    }
    return shown(request, "reach/messenger.html", context)


@require_GET
@staff("reach.edit")
def first_word(request: HttpRequest, inbox_id: int) -> HttpResponse:
    """What came last by this door, for whoever waits for the first of it."""
    inbox = _messenger(inbox_id)
    words = first_words(inbox)
    context = {
        "words": words,
        "is_heard": bool(words),
        "door": next(one for one in doors() if one.inbox.pk == inbox.pk),
    }
    return render(request, "reach/first_word.html", context)


@require_POST
@staff("reach.edit")
def law(request: HttpRequest) -> HttpResponse:
    """Whether the house may speak in messengers of foreign owners."""
    form = LawForm(request.POST)
    if form.is_valid():
        values = {FOREIGN_MESSENGERS: form.cleaned_data["foreign"]}
        attempt(request, lambda: change_policies(values=values, actor=actor_of(request)), _("Saved."))
    back = request.POST.get("door", "")
    return redirect("reach:messenger", int(back)) if back.isdigit() else redirect("reach:channels")


def do_with_messenger(request: HttpRequest, inbox: Inbox) -> None:
    """Ask whether it knows us, and have its news brought anew where they are brought."""
    actor = actor_of(request)
    problem = check_channel(inbox=inbox, actor=actor) or connect_messenger(inbox=inbox, actor=actor)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("It is there and knows us."))
