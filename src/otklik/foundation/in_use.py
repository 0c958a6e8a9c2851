"""Which apps this house uses. One that is switched off leaves no trace; what it knows stays, and comes back with it."""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache, wraps
from typing import TYPE_CHECKING, Concatenate

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.foundation.kept_rules import changed_rules
from otklik.foundation.modules import modules, rule_of

if TYPE_CHECKING:  # ``manifest`` asks this module which pages are there
    from otklik.foundation.manifest import Module


def switched_off() -> frozenset[str]:
    """The names of the apps that this house does without, and of those that need one of them.

    It is said by rules (``rule_of``), which every process follows as any other, at the cost of no question more.
    """
    rules = changed_rules()
    return _without(frozenset(one.name for one in switchable() if not rules.get(rule_of(one.name), True)))


def is_in_use(name: str) -> bool:
    """Whether the house uses an app; of what everything else stands on nobody needs to ask."""
    return name not in _names() or name not in switched_off()


def in_use() -> list["Module"]:
    """The apps that this house uses, from the ground up."""
    off = switched_off()
    return [one for one in modules() if one.name not in off]


@cache
def switchable() -> tuple["Module", ...]:
    """The apps that a house may do without, from the ground up."""
    return tuple(one for one in modules() if one.switch is not None)


@cache
def _names() -> frozenset[str]:
    return frozenset(one.name for one in switchable())


@lru_cache(maxsize=64)
def _without(named: frozenset[str]) -> frozenset[str]:
    off: set[str] = set()
    for one in switchable():  # from the ground up, so that whom an app needs has been looked at
        if one.name in named or (one.switch and off & set(one.switch.needs)):
            off.add(one.name)
    return frozenset(off)


@cache
def _alerts() -> Mapping[str, str]:
    """Kind of an alert → the app that brings it, among those that a house may do without; as the two below."""
    return {one.name: app.name for app in switchable() for one in app.alerts}


@cache
def _purposes() -> Mapping[str, str]:
    return {one.name: app.name for app in switchable() for one in app.purposes}


@cache
def _rules() -> Mapping[str, str]:
    return {one.name: app.name for app in switchable() for one in app.policies}


def alerts_off() -> list[str]:
    """Kinds of alerts that nobody is told any more."""
    return [name for name, app in _alerts().items() if not is_in_use(app)]


def is_purpose_off(purpose: str) -> bool:
    """Whether no letter for this purpose is written any more."""
    return not is_in_use(_purposes().get(purpose, ""))


def is_rule_off(rule: str) -> bool:
    """Whether nothing follows this rule any more."""
    return not is_in_use(_rules().get(rule, ""))


def app_of(path: str) -> str:
    """The app in which a function or a module lives: ``otklik.cases.handlers.welcome`` → ``cases``."""
    return path.split(".")[1]


def must_be_in_use(name: str) -> None:
    """Raises ``Refusal('module_off')`` for an app that this house does without."""
    if not is_in_use(name):
        raise Refusal("module_off", _("There is no such address."))


def only_with[**P](
    name: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """Decorator of a view of one app that shows what another one knows: without that one there is no such page.

    The views of an app itself need none: whatever stands under its name goes with it. ``only_with`` of the view tells.
    """

    def decorated(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            must_be_in_use(name)
            return view(request, *args, **kwargs)

        page.only_with = name  # type: ignore[attr-defined]
        return page

    return decorated
