"""Rules of the house that managers may change without a developer: a name, a default, a meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.remembering import remembered
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import DomainEvent, announce, event
from otklik.foundation.kept_rules import REMEMBERED_SECONDS, changed_rules
from otklik.foundation.models import Event, Policy
from otklik.foundation.modules import defaults

_CHANGES = 500
RESTORED_FROM = "house.restored_from"
"""ISO moment of the backup; '' in a house that was not restored, or has been decided about."""


def policy(name: str) -> Any:
    """The value in force. Raises ``KeyError`` for a name that no code reads."""
    default = defaults()[name]
    return changed_rules().get(name, default)


def is_held_back() -> bool:
    """Whether the house was restored and nobody has said yet what its waiting letters are: nothing leaves, nothing is
    fetched, for the house it was made from may be alive."""
    return bool(policy(RESTORED_FROM))


def set_policy(name: str, value: Any) -> None:
    """Change a rule. The web server follows at once, workers and mail doors do within 15 seconds.

    The caller checks the right to do so.
    """
    if name not in defaults():
        raise KeyError(name)
    Policy.objects.update_or_create(name=name, defaults={"value": value})
    changed_rules.forget()


def lift_hold() -> bool:
    """Let the house be as any other; False when it is already. Of two who do it at once one hears True."""
    lifted, _rows = Policy.objects.filter(name=RESTORED_FROM).delete()
    changed_rules.forget()
    return bool(lifted)


@event("foundation.policies_changed")
@dataclass(frozen=True, kw_only=True)
class PoliciesChanged(DomainEvent):
    """``names`` of the rules that are now different; never their values."""

    names: list[str]


@transaction.atomic
def change_policies(*, values: Mapping[str, Any], actor: Actor) -> list[str]:
    """Change rules of the house; returns the names that are now different. Raises ``Refusal('policy_invalid')``."""
    require(actor, "settings.edit")
    changed = sorted(name for name, value in values.items() if policy(name) != value)
    for name in changed:
        if type(values[name]) is not type(defaults()[name]):
            raise Refusal("policy_invalid", _("This value does not fit the rule."), fields={name: str(values[name])})
        set_policy(name, values[name])
    if changed:
        announce(PoliciesChanged(names=changed), actor=actor)
        last_changes.forget()
    return changed


@dataclass(frozen=True, kw_only=True)
class Change:
    """Who changed a rule last, and when; ``agent_id`` None: a program of the house itself."""

    agent_id: int | None
    at: datetime


@remembered(seconds=REMEMBERED_SECONDS)
def last_changes() -> dict[str, Change]:
    """The last change of each rule by its name, among the newest 500 changes."""
    rows = Event.objects.filter(name=PoliciesChanged.event_name).order_by("-id")
    found: dict[str, Change] = {}
    for payload, agent_id, at in rows.values_list("payload", "actor_id", "at")[:_CHANGES]:
        for name in payload["names"]:
            found.setdefault(name, Change(agent_id=agent_id, at=at))
    return found
