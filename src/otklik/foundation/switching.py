"""Switching apps of the house off and on again; nothing that they know is touched."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import DomainEvent, announce, event
from otklik.foundation.in_use import in_use, is_in_use, switchable
from otklik.foundation.kept_rules import changed_rules
from otklik.foundation.manifest import Switch
from otklik.foundation.models import Event, Policy
from otklik.foundation.modules import rule_of
from otklik.foundation.sentences import names_for


@event("foundation.module_switched")
@dataclass(frozen=True, kw_only=True)
class ModuleSwitched(DomainEvent):
    """The house uses an app again, or does without it."""

    module: str
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class State:
    """An app that can be switched off. ``who`` and ``at``: by whom it was last switched, '' and None for nobody."""

    name: str
    switch: Switch
    is_on: bool
    who: str
    at: datetime | None


@transaction.atomic
def switch_module(*, name: str, is_on: bool, actor: Actor) -> bool:
    """Let the house use an app, or do without it; whether anything is different now.

    Raises ``Refusal('module_unknown' | 'module_needed' | 'module_lacking')``: nothing that can be switched, something
    in use needs it, it needs something that is off.
    """
    require(actor, "settings.edit")
    switch = next((one.switch for one in switchable() if one.name == name), None)
    if switch is None:
        raise Refusal("module_unknown", _("No module that can be switched off is called so."))
    if is_on and (lacking := [one for one in switch.needs if not is_in_use(one)]):
        raise Refusal(
            "module_lacking", _("It needs other modules; switch these on first: %(names)s.") % _labels(lacking)
        )
    if not is_on and (needing := [one.name for one in in_use() if one.switch and name in one.switch.needs]):
        raise Refusal(
            "module_needed", _("Other modules need it; switch these off first: %(names)s.") % _labels(needing)
        )
    if not _written(rule_of(name), is_on=is_on):
        return False
    announce(ModuleSwitched(module=name, is_on=is_on), actor=actor)
    return True


def _written(rule: str, *, is_on: bool) -> bool:
    """Whether the rule is another now: of two who do the same at once one hears True."""
    is_new = bool(Policy.objects.filter(name=rule).exclude(value=is_on).update(value=is_on))
    if not is_new and not is_on:
        is_new = Policy.objects.get_or_create(name=rule, defaults={"value": False})[1]
    changed_rules.forget()
    return is_new


def _labels(names: list[str]) -> dict[str, str]:
    return {"names": ", ".join(map(label_of, names))}


def label_of(name: str) -> str:
    """What an app that can be switched off is called; its bare name when this version does not know it."""
    return next((str(one.switch.label) for one in switchable() if one.name == name and one.switch), name)


def states() -> list[State]:
    """Everything that can be switched off, from the ground up."""
    events = {one.payload["module"]: one for one in Event.objects.filter(name=ModuleSwitched.event_name).order_by("id")}
    people = names_for((), agents={one.actor_id for one in events.values() if one.actor_id})
    return [
        State(
            name=one.name,
            switch=one.switch,
            is_on=is_in_use(one.name),
            who=people.of("agent", said.actor_id) if (said := events.get(one.name)) else "",
            at=said.at if said else None,
        )
        for one in switchable()
        if one.switch is not None
    ]
