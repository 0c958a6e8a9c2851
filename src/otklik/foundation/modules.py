"""The apps of this house and what each brings, read once from the list that ``config`` keeps."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:  # ``actors`` asks this module
    from otklik.foundation.actors import Role
    from otklik.foundation.manifest import (
        AlertKind,
        Coded,
        Entry,
        LiveRows,
        Module,
        Named,
        Page,
        Policy,
        Pop,
        Purpose,
        Record,
        SettingsPage,
    )

IN_USE = "in_use"


@cache
def modules() -> tuple["Module", ...]:
    """The manifests of all apps, from the ground up."""
    return tuple(import_module(f"otklik.{name}.module").MODULE for name in settings.MODULES)


@cache
def permissions() -> Mapping[str, "frozenset[Role]"]:
    """Permission → the roles that have it."""
    return {name: roles for module in modules() for name, roles in module.permissions.items()}


@cache
def policies() -> Mapping[str, "Policy"]:
    """Name of a rule → what it is."""
    return {one.name: one for module in modules() for one in module.rules}


def rule_of(app: str) -> str:
    """The rule that says whether the house uses an app that it may do without."""
    return f"{app}.{IN_USE}"


@cache
def defaults() -> Mapping[str, Any]:
    """Name of a rule → what holds until a manager says otherwise."""
    return {name: one.default for name, one in policies().items()}


@cache
def _entries() -> tuple["Entry", ...]:
    entries = (one for module in modules() for one in module.navigation)
    return tuple(sorted(entries, key=lambda one: (one.section, one.place)))


@cache
def navigation() -> tuple["Entry", ...]:
    """The pages of the staff's navigation in its order, without those at its foot."""
    return tuple(one for one in _entries() if not one.is_at_the_foot)


@cache
def foot() -> tuple["Entry", ...]:
    """The pages at the foot of the navigation in their order."""
    return tuple(one for one in _entries() if one.is_at_the_foot)


@cache
def settings_pages() -> tuple["SettingsPage", ...]:
    """The pages of the settings, by section and in their order; what belongs to no section stands last."""
    pages = (one for module in modules() for one in module.settings)
    return tuple(sorted(pages, key=lambda one: (one.section, one.place)))


@cache
def pinnable_pages() -> Mapping[str, "Page"]:
    """Route → the page that a person may pin with what narrows it."""
    more = (one for module in modules() for one in module.pages)
    return {one.route: one for one in (*more, *settings_pages(), *_entries())}


@cache
def records() -> Mapping[str, "Record"]:
    """Route → the rows whose pages it leads to."""
    return {one.route: one for module in modules() for one in module.records}


@cache
def sentences() -> Mapping[str, str]:
    """Name of an event → its sentence, not yet translated."""
    return {name: text for module in modules() for name, text in module.sentences.items()}


@cache
def names() -> tuple["Named", ...]:
    """The words of sentences that stand for rows."""
    return tuple(one for module in modules() for one in module.names)


@cache
def codes() -> tuple["Coded", ...]:
    """The words of sentences that stand for codes."""
    return tuple(one for module in modules() for one in module.codes)


@cache
def fields() -> Mapping[str, Any]:
    """Name of something that can change → what it is called."""
    rules = {name: one.label for name, one in policies().items()}
    return rules | {name: label for module in modules() for name, label in module.fields.items()}


@cache
def timeline() -> Mapping[str, str]:
    """Event about a case that its page tells in a sentence → icon."""
    return {name: icon for module in modules() for name, icon in module.timeline.items()}


@cache
def alert_kinds() -> Mapping[str, "AlertKind"]:
    """Name of an alert → what it is."""
    return {one.name: one for module in modules() for one in module.alerts}


@cache
def live_rows() -> Mapping[str, "LiveRows"]:
    """Name of rows that renew themselves → what they listen to."""
    return {one.name: one for module in modules() for one in module.lists}


@cache
def pops() -> tuple["Pop", ...]:
    """What stands up on every page."""
    return tuple(one for module in modules() for one in module.pops)


@cache
def keyed_pages() -> tuple["Page", ...]:
    """Pages that a key opens from anywhere."""
    return tuple(one for module in modules() for one in module.pages if one.key)


@cache
def purposes() -> Mapping[str, "Purpose"]:
    """Name of a purpose of letters → what it is."""
    return {one.name: one for module in modules() for one in module.purposes}


@cache
def automatic_purposes() -> frozenset[str]:
    """The purposes of letters that nobody of ours writes."""
    return frozenset(name for name, one in purposes().items() if one.is_automatic)
