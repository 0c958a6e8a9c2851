"""The inbox: whose turn it is and how much of the promised time is left; bulk changes with a way back."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from otklik.cases.actions import tag_case, transfer
from otklik.cases.models import Case
from otklik.cases.queries import visible_to
from otklik.desk import labels, rows
from otklik.desk.forms.working import BulkForm
from otklik.desk.labels import Label
from otklik.desk.lists import Wish, list_page, wish_of
from otklik.desk.shell import actor_of, staff
from otklik.desk.views.frame import frame
from otklik.desk.views.undoing import here, undo_url
from otklik.foundation.errors import Refusal
from otklik.team.models import Agent
from otklik.team.queries import Face, faces

TITLES = {
    "mine": pgettext_lazy("view", "Mine"),
    "waiting": gettext_lazy("Waiting for us"),
    "at-risk": gettext_lazy("Promise at risk"),
    "solved": gettext_lazy("Waiting for the customer's word"),
    "came-back": gettext_lazy("Came back"),
    "undelivered": gettext_lazy("Not delivered"),
    "open": pgettext_lazy("view", "Open"),
    "closed": gettext_lazy("Closed"),
    "unconfirmed": gettext_lazy("Closed without a word"),
    "all": gettext_lazy("All cases"),
}
_TABS = ("mine", "open", "waiting", "closed", "all")
SORTS = {
    "promise": (gettext_lazy("By promise"), "alarm"),
    "word": (gettext_lazy("By the newest word"), "clock"),
    "created": (gettext_lazy("By the day it came"), "calendar"),
}


@require_GET
@staff()
def inbox(request: HttpRequest) -> HttpResponse:
    """One page of a view, grouped by promise."""
    wish = wish_of(request.GET)
    current = f"team:{wish.team}" if wish.team else f"view:{wish.view}"
    around = frame(request, current=current)
    found = list_page(wish, actor_of(request))
    people = faces()
    context = {
        **around,
        "wish": wish,
        "title": _title(wish, around),
        "groups": rows.groups(found, people),
        "page": found,
        "tabs": [(TITLES[view], wish.query(view=view), view == wish.view) for view in _TABS],
        "sorts": [(label, icon, wish.query(sort=name), name == wish.sort) for name, (label, icon) in SORTS.items()],
        "sort_label": SORTS[wish.sort][0],
        "colleagues": [(face.id, face.name) for face in people.values() if face.is_active],
        "choices": {
            "states": _texts(labels.STATES),
            "kinds": _texts(labels.KINDS),
            "priorities": _texts(labels.PRIORITIES),
        },
        "chips": _chips(wish, people),
        "choose": _("Select"),
        "new_word": _("A new word of the customer."),
        "here": request.get_full_path(),
    }
    template = "desk/inbox.html#list" if request.headers.get("HX-Target", "").endswith("list") else "desk/inbox.html"
    return render(request, template, context)


def _texts(known: Mapping[str, Label]) -> list[tuple[str, str | Promise]]:
    return [(name, label.text) for name, label in known.items()]


def _title(wish: Wish, around: dict[str, Any]) -> str:
    if wish.team:
        return next((str(item.label) for item in around["nav_teams"] if item.name == f"team:{wish.team}"), _("Team"))
    return str(TITLES[wish.view])


def _chips(wish: Wish, people: Mapping[int, Face]) -> list[tuple[str, str]]:
    """What narrows the list: words, and the address without it."""
    found = []
    for name, value in wish.filters.items():
        if name == "owner":
            face = people.get(int(value))
            text = face.name if face else value
        else:
            known = {"state": labels.STATES, "kind": labels.KINDS, "priority": labels.PRIORITIES}.get(name, {})
            text = str(known[value].text) if value in known else value
        found.append((text, wish.query(**{name: None})))
    return found


@require_POST
@staff()
def bulk(request: HttpRequest) -> HttpResponse:
    """Tag or hand over the ticked cases; each refusal is told, the others go through."""
    form = BulkForm({**request.POST.dict(), "case": request.POST.getlist("case")})
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return _back(request)
    chosen = list(
        visible_to(actor_of(request)).filter(pk__in=form.cleaned_data["case"]).select_related("owner", "team")
    )
    if form.cleaned_data["do"] == "hand_over":
        _hand_over(request, chosen, form.cleaned_data)
    else:
        _tag(request, chosen, form.cleaned_data["tag"], is_added=form.cleaned_data["do"] == "tag")
    return _back(request)


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


def _hand_over(request: HttpRequest, chosen: list[Case], wishes: dict[str, Any]) -> None:
    to = Agent.objects.filter(pk=wishes["to"], is_active=True).first()
    if to is None:
        messages.error(request, _("Choose who takes the cases."))
        return
    done = 0
    for case in chosen:
        try:
            transfer(case=case, actor=actor_of(request), to=to, summary=wishes["summary"])
            done += 1
        except Refusal as refusal:
            messages.warning(request, f"{case.number}: {refusal.text}")
            if refusal.code == "summary_missing":
                return
    if done:
        text = ngettext(
            "%(count)d case is now with %(name)s. The customer is told the new name.",
            "%(count)d cases are now with %(name)s. The customers are told the new name.",
            done,
        )
        messages.success(request, text % {"count": done, "name": to.name})


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(here(request, request.POST.get("next", "")))
