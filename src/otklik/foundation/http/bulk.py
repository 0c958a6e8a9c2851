"""The same thing done to many rows of a list: each refusal is told, the others go through, one press takes it back."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.staff import actor_of
from otklik.foundation.signing import seal, unseal

MOST_AT_ONCE: Final = 200
_NUMBER = re.compile("[0-9]{1,17}")
UNDOABLE_FOR: Final = timedelta(minutes=15)
_MOST_NAMED: Final = 15
_MOST_READ: Final = 120

type Chosen[T] = Mapping[str, T]
"""Rows by the key that stands in their box."""
type Told = Callable[[int], str]
"""What was done, in words, for so many rows: with ``%(count)d``."""


@dataclass(frozen=True, kw_only=True)
class Deed[T]:
    """One thing that can be done to many rows.

    ``act`` does it to one, and returns what its way back must know (any JSON). ``back`` is the true inverse for one
    row; what has none ``asks`` before. ``form``: what has to be chosen or written first.
    """

    name: str
    label: str | Promise
    icon: str
    act: Callable[[T, Actor, dict[str, Any]], Any]
    told: Told
    back: Callable[[T, Actor, Any], object] | None = None
    asks: str | Promise = ""
    form: type[DeskForm] | None = None

    def __post_init__(self) -> None:
        if (self.back is None) != bool(self.asks):
            raise ValueError(self.name)


@dataclass(frozen=True, kw_only=True)
class Bulk[T]:
    """What the list at ``home`` offers for many of its rows, at one address (``route``).

    ``rows``: keys of a whole view, by its address, in its order; ``chosen``: rows in sight of the actor by their keys,
    also after they were acted upon; ``named``: what a row is called in the report; ``offered``: which deeds this view
    offers, all of them without.
    """

    home: str
    route: str
    deeds: Sequence[Deed[T]]
    rows: Callable[[Actor, QueryDict], Iterable[str]]
    chosen: Callable[[Actor, Collection[str]], Chosen[T]]
    named: Callable[[T], str]
    offered: Callable[[Actor, QueryDict], Collection[str]] | None = None

    def bar(self, request: HttpRequest) -> dict[str, Any]:
        """The bar under the list: ``url``, ``view``, ``next`` and ``deeds``, each with its empty form."""
        deeds = [(deed, deed.form(prefix=deed.name) if deed.form else None) for deed in self._offered(request)]
        view, url = request.GET.urlencode(), reverse(self.route)
        return {"url": url, "view": view, "next": request.get_full_path(), "deeds": deeds, "count": f"{url}?{view}"}

    def _offered(self, request: HttpRequest) -> list[Deed[T]]:
        if self.offered is None:
            return list(self.deeds)
        offered = self.offered(actor_of(request), request.GET)
        return [deed for deed in self.deeds if deed.name in offered]

    def answer(self, request: HttpRequest) -> HttpResponse:
        """A GET says how many “all of the view” are; a POST does (``do``), or takes back (``?undo=``) what was done.

        Raises ``Refusal('link_invalid' | 'link_expired' | 'not_found')``.
        """
        if request.method != "POST":
            keys, goes_on = self._all(request, request.GET)
            text = ngettext("the whole list: %(count)d", "the whole list: %(count)d", len(keys))
            text = _("the first %(count)d of the list") if goes_on else text
            return HttpResponse(text % {"count": len(keys)}, content_type="text/plain; charset=utf-8")
        if "undo" in request.GET:
            self._take_back(request, request.GET["undo"])
            return HttpResponseRedirect(own_address(request, request.headers.get("Referer", ""), self.home))
        self._do(request)
        return HttpResponseRedirect(own_address(request, request.POST.get("next", ""), self.home))

    def _deed(self, name: str) -> Deed[T]:
        deed = next((one for one in self.deeds if one.name == name), None)
        if deed is None:
            raise Refusal("not_found", _("This is no longer here."))
        return deed

    def _do(self, request: HttpRequest) -> None:
        deed, actor = self._deed(request.POST.get("do", "")), actor_of(request)
        form = deed.form(request.POST, prefix=deed.name) if deed.form else None
        if form is not None and not form.is_valid():
            messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
            return
        keys, goes_on = request.POST.getlist("row")[:MOST_AT_ONCE], False
        if request.POST.get("all"):
            keys, goes_on = self._all(request, QueryDict(request.POST.get("view", "")))
        if not keys:
            messages.error(request, _("Select at least one row."))
            return
        wishes = form.cleaned_data if form is not None else {}
        chosen = self.chosen(actor, keys)
        there = [(key, chosen[key]) for key in dict.fromkeys(keys) if key in chosen]
        done = each(request, there, lambda row: deed.act(row[1], actor, wishes), name=lambda row: self.named(row[1]))
        if done:
            was = {key: value for (key, _row), value in done}
            way_back = self._way_back(deed, was) if deed.back else ""
            messages.success(request, deed.told(len(done)) % {"count": len(done)}, extra_tags=way_back)
        if goes_on:
            text = _("The list has more rows: these were its first %(count)d.")
            messages.info(request, text % {"count": MOST_AT_ONCE})

    def _all(self, request: HttpRequest, view: QueryDict) -> tuple[list[str], bool]:
        keys = list(islice(self.rows(actor_of(request), view), MOST_AT_ONCE + 1))
        return keys[:MOST_AT_ONCE], len(keys) > MOST_AT_ONCE

    def _way_back(self, deed: Deed[T], was: Mapping[str, Any]) -> str:
        return way_back(self.route, deed.name, was)

    def _take_back(self, request: HttpRequest, token: str) -> None:
        said = unseal("bulk", token, max_age=UNDOABLE_FOR)
        if said["of"] != self.route:
            raise Refusal("link_invalid", _("This link is not complete. Open it from the letter once more."))
        deed, actor, was = self._deed(said["do"]), actor_of(request), said["was"]
        back = deed.back
        if back is None:
            raise Refusal("not_found", _("This is no longer here."))
        there = list(self.chosen(actor, was).items())
        done = each(request, there, lambda row: back(row[1], actor, was[row[0]]), name=lambda row: self.named(row[1]))
        if done:
            messages.success(request, _("Taken back"))


def way_back(route: str, name: str, was: Mapping[str, Any]) -> str:
    """Where a POST takes back what the deed ``name`` of the list at ``route`` did to these rows."""
    return f"{reverse(route)}?undo={seal('bulk', {'of': route, 'do': name, 'was': dict(was)})}"


def each[T, R](
    request: HttpRequest, rows: Iterable[T], act: Callable[[T], R], *, name: Callable[[T], str]
) -> list[tuple[T, R]]:
    """What came of each row; those that refused are told together, by their reason."""
    done: list[tuple[T, R]] = []
    refused: dict[str, list[str]] = {}
    for row in rows:
        try:
            done.append((row, act(row)))
        except Refusal as refusal:
            refused.setdefault(refusal.text, []).append(name(row))
    for text, names in refused.items():
        messages.warning(request, f"{named(names)}: {text}")
    return done


def named(names: Sequence[str]) -> str:
    """The first fifteen, and how many more there are."""
    told = ", ".join(name[:_MOST_READ] for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return told if more <= 0 else _("%(numbers)s and %(count)d more") % {"numbers": told, "count": more}


def own_address(request: HttpRequest, wished: str, route: str) -> str:
    """The page to come back to: the wished one if it is ours, else that of ``route``."""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wished, allowed_hosts=hosts, require_https=request.is_secure())
    return wished if wished and is_ours else reverse(route)


def numbers(keys: Iterable[str]) -> list[int]:
    """Keys that are ids; whatever is none is passed over."""
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) <= 18]  # noqa: PLR2004 - bigint


class NumbersField(forms.Field):
    """The ids of ticked rows: whole numbers, at most ``MOST_AT_ONCE``."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> Sequence[int]:
        found = [int(one) for one in value or [] if _NUMBER.fullmatch(str(one))]
        return list(dict.fromkeys(found))[:MOST_AT_ONCE]
