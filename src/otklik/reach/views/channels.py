"""Doors by which people reach us: all of them at a glance, and the one for other programs set up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.database.alphabet import spelled
from otklik.foundation.errors import Refusal
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, do, done
from otklik.foundation.http.setting_pages import in_order, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.reach.actions import add_http_channel, check_channel, edit_http_channel, pause_channel, resume_channel
from otklik.reach.forms import ChannelForm
from otklik.reach.limits import MESSENGERS
from otklik.reach.models import Inbox
from otklik.reach.names import DOORS
from otklik.reach.queries import DoorState, door_by_id, doors, hook_url
from otklik.reach.views.messengers import do_with_messenger


@require_GET
@staff("reach.edit")
def channels(request: HttpRequest) -> HttpResponse:
    sorted_ = in_order(request, doors(), _COLUMNS, value=_value, is_off=lambda door: door.state == "paused")
    context = {"doors": sorted_["rows"], "order": sorted_["order"], "title": _("Channels"), "about": ""}
    context["messengers"] = MESSENGERS.items()
    return settings_page(request, "reach/channels.html", "reach:channels", **context)


_COLUMNS = (
    Column(name="kind", label=gettext_lazy("Kind")),
    Column(name="name", label=pgettext_lazy("of a thing", "Name")),
    Column(name="heard", label=gettext_lazy("Heard last"), falls=True),
    Column(name="waits", label=gettext_lazy("Waits to leave"), falls=True),
)


def _value(door: DoorState, name: str) -> Any:
    match name:
        case "heard":
            return door.last_in
        case "waits":
            return door.waiting
    called = spelled(door.inbox.name)
    return called if name == "name" else (spelled(str(DOORS[door.inbox.kind].text)), called)


@require_http_methods(GET_OR_POST)
@staff("reach.edit")
def new_channel(request: HttpRequest) -> HttpResponse:
    form = ChannelForm(request.POST or None)
    made: list[Inbox] = []

    def act(cleaned: dict[str, Any]) -> None:
        _check_is_new(cleaned["name"])
        made.append(add_http_channel(**cleaned, actor=actor_of(request)))

    if request.method == "POST" and do(form, act):
        messages.success(request, _("The channel is open. Give its address and the secret to the other program."))
        return redirect("reach:channel", made[0].pk)
    return _set_up(request, form, title=_("Connect another program"), door=None)


def _check_is_new(name: str) -> None:
    if Inbox.objects.filter(kind=Inbox.Kind.HTTP, address=" ".join(name.split())).exists():
        text = _("There is already a channel with this name.")
        raise Refusal("channel_known", text, fields={"name": text})


@require_http_methods(GET_OR_POST)
@staff("reach.edit")
def channel(request: HttpRequest, inbox_id: int) -> HttpResponse:
    row = door_by_id(inbox_id)
    if row.kind in MESSENGERS:
        return redirect("reach:messenger", inbox_id)
    form = ChannelForm(request.POST or None, inbox=row)

    def act(cleaned: dict[str, Any]) -> None:
        values = {name: cleaned[name] for name in ("base_url", "secret", "team")}
        edit_http_channel(inbox=row, actor=actor_of(request), **values)

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "reach:channels")
    return _set_up(request, form, title=row.name, door=next(one for one in doors() if one.inbox.pk == row.pk))


def _set_up(request: HttpRequest, form: ChannelForm, *, title: str, door: Any) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "door": door,
        "hook": hook_url(door.inbox) if door else "",
        "back": reverse("reach:channels"),
        "about": "",
    }
    return settings_page(request, "reach/channel.html", "reach:channels", **context)


@require_POST
@staff("reach.edit")
def do_with_channel(request: HttpRequest, inbox_id: int) -> HttpResponse:
    """Ask whether the other side is there, pause the door, or open it again."""
    row, actor = door_by_id(inbox_id), actor_of(request)
    what = request.POST.get("what", "")
    if what == "pause":
        pause_channel(inbox=row, actor=actor)
        messages.success(request, _("The channel is paused. What we write waits, and so does the other program."))
    elif what == "resume":
        resume_channel(inbox=row, actor=actor)
        messages.success(request, _("The channel is open. What waited leaves now."))
    elif row.kind in MESSENGERS:
        do_with_messenger(request, row)
    else:
        _tell_check(request, check_channel(inbox=row, actor=actor))
    return redirect("reach:messenger" if row.kind in MESSENGERS else "reach:channel", inbox_id)


def _tell_check(request: HttpRequest, problem: str) -> None:
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("The other program is there."))
