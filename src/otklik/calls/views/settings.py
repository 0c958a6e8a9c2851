"""What is set about calls: rules, whose phone rings where, exchanges, counters."""

from typing import Any

from django.conf import settings as conf
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.calls.actions import add_exchange, dialect_of, save_counter, save_extensions
from otklik.calls.dialects import DIALECT_NAMES
from otklik.calls.forms import CallsForm, CounterForm, ExchangeForm, ExtensionsForm
from otklik.calls.models import Counter
from otklik.calls.queries import counter_by_id, counters, exchange_by_id, exchanges, extensions
from otklik.foundation.http.pages import GET_OR_POST, do, done
from otklik.foundation.http.setting_pages import Row, form_page, list_page, one, policy_page, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.reach.queries import hook_path
from otklik.team.queries import serving
from otklik.ui.qr import qr_path


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def rules(request: HttpRequest) -> HttpResponse:
    return policy_page(request, CallsForm, "calls:settings", _("Calls and counter"))


@require_http_methods(GET_OR_POST)
@staff("calls.edit")
def numbers(request: HttpRequest) -> HttpResponse:
    """Whose phone rings at which number inside of the exchange."""
    people = list(serving().order_by("name", "id").values_list("id", "name"))
    form = ExtensionsForm(request.POST or None, people=people, numbers=extensions())

    def act(_typed: dict[str, Any]) -> None:
        save_extensions(numbers=form.numbers(), actor=actor_of(request))

    about = _("The number, or the name, by which the telephone exchange calls a colleague's phone.")
    return form_page(request, form, "calls:numbers", _("Phones of colleagues"), act, about=about, back="")


# ── Exchanges ─────────────────────────────────────────────────────────────────────────────
@require_GET
@staff("calls.edit")
def exchange_list(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=inbox.name,
            url=reverse("calls:exchange", args=[inbox.pk]),
            about=str(DIALECT_NAMES[dialect_of(inbox).name]),
            badge="" if inbox.is_active else _("Paused"),
        )
        for inbox in exchanges()
    ]
    about = _("A telephone exchange that tells of its calls: screens ring, missed calls become promises.")
    new = reverse("calls:exchange-new")
    return list_page(request, "calls:exchanges", _("Telephone exchanges"), rows, about=about, new=new)


@require_http_methods(GET_OR_POST)
@staff("calls.edit")
def exchange(request: HttpRequest, inbox_id: int | None = None) -> HttpResponse:
    """Its dialect, secret and team; and the address that it is given."""
    row = None if inbox_id is None else exchange_by_id(inbox_id)
    initial = {"name": row.name, "dialect": dialect_of(row).name, "team": row.team_id} if row else {}
    form = ExchangeForm(
        request.POST or None, initial=initial, dialects=[(name, str(text)) for name, text in DIALECT_NAMES.items()]
    )
    form.fields["name"].disabled = row is not None

    def act(typed: dict[str, Any]) -> None:
        add_exchange(**typed, actor=actor_of(request))

    hook = conf.BASE_URL + hook_path(row) if row else ""
    title = row.name if row else _("Connect a telephone exchange")
    about = _("Give this address to the exchange: %(hook)s") % {"hook": hook} if hook else ""
    return form_page(request, form, "calls:exchanges", title, act, about=about)


# ── Counters ──────────────────────────────────────────────────────────────────────────────
@require_GET
@staff("calls.edit")
def counter_list(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.name,
            url=reverse("calls:counter", args=[row.pk]),
            about=row.address,
            badge="" if row.is_open else _("Closed"),
        )
        for row in counters()
    ]
    about = _("A tablet or a QR code at which people call for somebody; staff see it at once.")
    new = reverse("calls:counter-new")
    return list_page(request, "calls:counters", _("Counters"), rows, about=about, new=new)


@require_http_methods(GET_OR_POST)
@staff("calls.edit")
def counter(request: HttpRequest, counter_id: int | None = None) -> HttpResponse:
    row = one(Counter, counter_id)
    names = ("name", "address", "team", "topics", "is_open")
    initial = {name: getattr(row, name) for name in names} if row else {}
    form = CounterForm(request.POST or None, initial=initial)

    def act(typed: dict[str, Any]) -> None:
        save_counter(counter=row, actor=actor_of(request), **typed)

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "calls:counters")
    context = {
        "form": form,
        "title": row.name if row else _("New counter"),
        "about": "",
        "back": reverse("calls:counters"),
        "counter": row,
        "address": _address(row) if row else "",
    }
    return settings_page(request, "calls/counter_settings.html", "calls:counters", **context)


@require_GET
@staff("calls.edit")
def card(request: HttpRequest, counter_id: int) -> HttpResponse:
    """The QR code of a counter, to print."""
    row = counter_by_id(counter_id)
    path, size = qr_path(_address(row))
    context = {"counter": row, "address": _address(row), "path": path, "size": size, "title": row.name, "about": ""}
    return settings_page(request, "calls/card.html", "calls:counters", **context)


def _address(row: Counter) -> str:
    return conf.BASE_URL + reverse("call:counter", args=[row.mark])
