"""Settings: lists and forms of one shape, for whichever app owns what is set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.foundation.http.forms import DeskForm, PolicyForm
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


def settings_page(request: HttpRequest, template: str, current: str, **context: Any) -> HttpResponse:
    """A page of the settings; ``current`` is the route of its section."""
    return shown(request, template, {"section": "settings", "current": current, **context})


def list_page(request: HttpRequest, current: str, title: str, rows: Sequence[Row], **context: Any) -> HttpResponse:
    """``context``: about (a sentence), new (address of the empty form)."""
    shape = {"about": "", "new": "", "title": title, "rows": rows}
    return settings_page(request, "ui/settings_list.html", current, **shape | context)


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
