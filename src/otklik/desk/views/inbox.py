"""The inbox: whose turn it is and how much of the promised time is left."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from otklik.cases import labels
from otklik.cases.lists import Wish, list_page, wish_of
from otklik.cases.models import Case
from otklik.cases.queries import newest
from otklik.desk import queries, rows
from otklik.desk.first_steps import is_first_look
from otklik.foundation.actors import Actor
from otklik.foundation.events.settled import settled_id
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.staff import actor_of, staff
from otklik.standards.kinds import KINDS
from otklik.team.queries import Face, faces
from otklik.ui.labels import Label

TITLES = {
    "mine": pgettext_lazy("view", "Mine"),
    "waiting": gettext_lazy("Waiting for us"),
    "at-risk": gettext_lazy("Promise at risk"),
    "solved": gettext_lazy("Waiting for the customer's word"),
    "came-back": gettext_lazy("Came back"),
    "undelivered": gettext_lazy("Not delivered"),
    "open": pgettext_lazy("view", "Open"),
    "closed": gettext_lazy("Closed"),
    "unconfirmed": gettext_lazy("Closed as unconfirmed"),
    "spam": pgettext_lazy("view", "Spam"),
    "all": gettext_lazy("All cases"),
}
INBOX = Listing(
    template="desk/inbox.html", order="by whose turn it is, in groups: its own menu chooses (SORTS)", live="cases"
)
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
    if is_first_look(request):
        return redirect("desk:steps")
    wish = wish_of(request.GET)
    is_part = request.headers.get("HX-Target", "").endswith("list")
    seen, place = newest(), None if is_part else settled_id()  # before the list: what is told twice is not missed
    found = list_page(wish, actor_of(request))
    people = faces()
    context = {
        "section": f"team:{wish.team}" if wish.team else f"view:{wish.view}",
        "wish": wish,
        "view_query": wish.query(),
        "title": _title(wish, actor_of(request)),
        "groups": rows.groups(found, people),
        "page": found,
        "tabs": [(TITLES[view], wish.query(view=view), view == wish.view) for view in _TABS],
        "sorts": [(label, icon, wish.query(sort=name), name == wish.sort) for name, (label, icon) in SORTS.items()],
        "sort_label": SORTS[wish.sort][0],
        "colleagues": [(face.id, face.name) for face in people.values() if face.is_active],
        "choices": {
            "states": [one for one in _texts(labels.STATES) if one[0] != Case.State.SPAM],
            "kinds": _texts(KINDS),
            "priorities": _texts(labels.PRIORITIES),
        },
        "chips": _chips(wish, people),
        "choose": _("Select"),
        "new_word": _("A new word of the customer."),
        "here": request.get_full_path(),
        "seen": seen,
        "place": place,
    }
    return render(request, f"{INBOX.template}#list" if is_part else INBOX.template, context)


@require_GET
@staff()
def onward(request: HttpRequest, number: int) -> HttpResponse:
    """To the next case: of ``list``, the numbers that stood below it, the first that is in sight; else one's own."""
    actor = actor_of(request)
    for one in queries.in_sight(actor, request.GET.get("list", "").split(",")):
        return redirect("desk:case", one)
    waiting = (row.id for row in list_page(Wish(view="mine"), actor).rows if row.state == Case.State.OPEN)
    mine = next((one for one in waiting if one != number), None)
    if mine is not None:
        return redirect("desk:case", mine)
    messages.success(request, _("Nobody else is waiting for you."))
    return redirect("desk:inbox")


def _texts(known: Mapping[str, Label]) -> list[tuple[str, str | Promise]]:
    return [(name, label.text) for name, label in known.items()]


def _title(wish: Wish, actor: Actor) -> str:
    if wish.team:
        return dict(queries.visible_teams(actor)).get(wish.team, _("Team"))
    return str(TITLES[wish.view])


def _chips(wish: Wish, people: Mapping[int, Face]) -> list[tuple[str, str]]:
    """What narrows the list: words, and the address without it."""
    found = []
    for name, value in wish.filters.items():
        if name == "owner":
            face = people.get(int(value))
            text = face.name if face else value
        else:
            known = {"state": labels.STATES, "kind": KINDS, "priority": labels.PRIORITIES}.get(name, {})
            text = str(known[value].text) if value in known else value
        found.append((text, wish.query(**{name: None})))
    return found
