"""Settings: lists and forms of one shape, for whichever app owns what is set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from otklik.foundation.database.alphabet import spelled
from otklik.foundation.errors import Refusal
from otklik.foundation.http.forms import DeskForm, PolicyForm
from otklik.foundation.http.orders import Column, order_of
from otklik.foundation.http.pages import do, done, shown
from otklik.foundation.http.staff import actor_of
from otklik.foundation.policies import change_policies, policy


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a settings list."""

    title: str
    url: str
    about: str = ""
    badge: str = ""
    tone: str = ""
    is_off: bool = False
    by: Mapping[str, Any] = field(default_factory=dict)
    """What it is sorted by besides its name, by the name of a column; None where it has nothing of it."""


NAME: Final = Column(name="name", label=pgettext_lazy("of a thing", "Name"))


def settings_page(request: HttpRequest, template: str, current: str, **context: Any) -> HttpResponse:
    """A page of the settings; ``current`` is the route of its section."""
    return shown(request, template, {"section": "settings", "current": current, **context})


def list_page(
    request: HttpRequest, current: str, title: str, rows: Sequence[Row], columns: Sequence[Column] = (), **context: Any
) -> HttpResponse:
    """``columns`` by which people sort it, ``NAME`` among them; ``context``: about (a sentence), new (address of the
    empty form)."""
    shape: dict[str, Any] = {"about": "", "new": "", "title": title, "rows": rows, "order": None}
    if columns:
        shape |= in_order(request, rows, columns, value=_value, is_off=lambda row: row.is_off)
    return settings_page(request, "ui/settings_list.html", current, **shape | context)


def _value(row: Row, name: str) -> Any:
    return spelled(row.title) if name == NAME.name else row.by[name]


def in_order[T](
    request: HttpRequest,
    rows: Iterable[T],
    columns: Sequence[Column],
    *,
    value: Callable[[T, str], Any],
    is_off: Callable[[T], bool],
) -> dict[str, Any]:
    """``rows`` in the ``order`` of the address; what has no value, and then what is off, comes last either way."""
    order = order_of(request.GET.get("sort", ""), columns)
    valued = [(value(row, order.column.name), row) for row in rows]
    known = [pair for pair in valued if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=order.is_falling)
    found = [row for _value, row in [*known, *(pair for pair in valued if pair[0] is None)]]
    return {"rows": sorted(found, key=is_off), "order": order if len(found) > 1 else None}


def form_page(
    request: HttpRequest,
    form: DeskForm,
    current: str,
    title: str,
    act: Callable[[dict[str, Any]], object],
    **context: Any,
) -> HttpResponse:
    """A form in the settings: saved and back to the list of its section, or shown again with what is wrong."""
    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), current)
    shape = {"about": "", "form": form, "title": title, "back": reverse(current)}
    return settings_page(request, "ui/settings_form.html", current, **shape | context)


def policy_page(
    request: HttpRequest, kind: type[PolicyForm], current: str, title: str, about: str = "", **more: Any
) -> HttpResponse:
    """A form whose fields are rules of the house."""
    initial = {name: policy(name.replace("__", ".")) for name in kind.base_fields}
    form = kind(request.POST or None, initial=initial)

    def act(_cleaned: dict[str, Any]) -> None:
        change_policies(values=form.policies(), actor=actor_of(request))

    return form_page(request, form, current, title, act, about=about, back="", **more)


def one[M: Model](kind: type[M], pk: int | None) -> M | None:
    """The row to change, None for a new one. Raises ``Refusal('not_found')``."""
    if pk is None:
        return None
    row = kind._default_manager.filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("This is no longer here."))
    return row
