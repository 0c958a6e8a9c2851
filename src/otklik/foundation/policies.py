"""Rules of the house that managers may change without a developer: a name, a default, a meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events import DomainEvent, announce, event
from otklik.foundation.models import Policy
from otklik.foundation.remembering import remembered

DEFAULTS: dict[str, Any] = {
    "company.name": "Отклик",
    "company.phone": "",
    "company.hours": "",
    "company.address": "",
    "company.site": "",
    "reach.undo_seconds": 10,
    "reach.acknowledgements_per_hour": 3,
    "reach.delivery_attempts": 8,
    "voice.reminders_after_hours": [48, 96],
    "voice.unconfirmed_after_hours": 168,
    "voice.low_score": 2,
    "portal.form_per_hour": 20,
    "portal.form_per_address_per_hour": 6,
    "portal.form_seconds": 2,
    "portal.upload_limit_bytes": 20_000_000,
    "portal.upload_total_bytes": 40_000_000,
    "portal.upload_most_files": 10,
    "knowledge.second_pair_of_eyes": False,
    "widget.position": "right",
    "widget.labels": {},
    "widget.accent": "#1d5f96",
    "widget.language": "",
    "widget.theme": "host",
    "widget.origins": [],
    "security.require_second_factor": False,
}
_REMEMBERED_SECONDS = 15


def policy(name: str) -> Any:
    """The value in force. Raises ``KeyError`` for a name that no code reads."""
    default = DEFAULTS[name]
    return _changed().get(name, default)


@remembered(seconds=_REMEMBERED_SECONDS)
def _changed() -> dict[str, Any]:
    return dict(Policy.objects.values_list("name", "value"))


def set_policy(name: str, value: Any) -> None:
    """Change a rule; other processes follow within 15 seconds. The caller checks the right to do so."""
    if name not in DEFAULTS:
        raise KeyError(name)
    Policy.objects.update_or_create(name=name, defaults={"value": value})
    _changed.forget()
    transaction.on_commit(_changed.forget)  # another thread may have asked meanwhile


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
        if type(values[name]) is not type(DEFAULTS[name]):
            raise Refusal("policy_invalid", _("This value does not fit the rule."), fields={name: str(values[name])})
        set_policy(name, values[name])
    if changed:
        announce(PoliciesChanged(names=changed), actor=actor)
    return changed
