"""Facts that a company adds to its cases and customers: their definition, and values that fit it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.cases.events import CustomFieldChanged
from otklik.cases.models import HISTORY, CustomField
from otklik.cases.queries import custom_fields
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OWN_KEYS = frozenset({"merged_into", HISTORY})
_LONGEST = 1000
_SETTABLE = ("name", "kind", "choices", "is_required", "is_shown_to_customer", "is_active", "position")


@once_more_if_taken
@transaction.atomic
def save_custom_field(
    *, about: str, key: str, actor: Actor, values: Mapping[str, Any], field: CustomField | None = None
) -> CustomField:
    """Define a fact; ``key`` and ``about`` of a known one never change, so that stored values keep their meaning.

    Raises ``Refusal('key_invalid' | 'key_taken' | 'name_missing' | 'name_taken' | 'choices_missing')``.
    """
    require(actor, "settings.edit")
    field = field or CustomField(about=about, key=key.strip())
    values = {**values, "name": str(values.get("name", field.name)).strip()}
    _check_definition(field, values)
    changed = [name for name in _SETTABLE if name in values and getattr(field, name) != values[name]]
    if field.pk is None:
        changed = list(_SETTABLE)
    for name in changed:
        if name in values:
            setattr(field, name, values[name])
    field.save()
    custom_fields.forget()
    if changed:
        announce(CustomFieldChanged(custom_field_id=field.pk, fields=changed), actor=actor)
    return field


def _check_definition(field: CustomField, values: Mapping[str, Any]) -> None:
    others = CustomField.objects.filter(about=field.about).exclude(pk=field.pk)
    name = values["name"]
    if not _KEY.fullmatch(field.key) or field.key in _OWN_KEYS:
        text = _("Use small Latin letters, digits and _, for example order_number.")
        raise Refusal("key_invalid", text, fields={"key": text})
    if others.filter(key=field.key).exists():
        text = _("Another field already has this key.")
        raise Refusal("key_taken", text, fields={"key": text})
    if not name:
        text = _("A name is missing.")
        raise Refusal("name_missing", text, fields={"name": text})
    if others.filter(name=name).exists():
        text = _("Another field already has this name.")
        raise Refusal("name_taken", text, fields={"name": text})
    if values.get("kind", field.kind) == CustomField.Kind.CHOICE and not values.get("choices", field.choices):
        text = _("Give at least one answer to choose from, one per line.")
        raise Refusal("choices_missing", text, fields={"choices": text})


def checked_custom(about: str, values: Mapping[str, Any], *, known: Mapping[str, Any]) -> dict[str, Any]:
    """Values that fit the definitions, joined with the other keys that are kept already.

    Keys without a definition stay as they are (programs keep their own). Raises ``Refusal('custom_invalid')`` whose
    fields are named ``custom.KEY``.
    """
    joined = {**known, **{key: value for key, value in values.items() if key not in _OWN_KEYS}}
    wrong: dict[str, str] = {}
    for field in custom_fields(about):
        value = joined.get(field.key)
        if value in {None, ""} if not isinstance(value, (list, dict)) else False:
            joined.pop(field.key, None)
            if field.is_required:
                wrong[f"custom.{field.key}"] = _("Fill in “%(name)s”.") % {"name": field.name}
        elif not _fits(field, value):
            wrong[f"custom.{field.key}"] = _does_not_fit(field)
    if wrong:
        raise Refusal("custom_invalid", " ".join(wrong.values()), fields=wrong)
    return joined


def _fits(field: CustomField, value: Any) -> bool:
    match field.kind:
        case CustomField.Kind.NUMBER:
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case CustomField.Kind.BOOL:
            return isinstance(value, bool)
        case CustomField.Kind.CHOICE:
            return value in field.choices
        case CustomField.Kind.DATE:
            return isinstance(value, str) and _is_date(value)
    return isinstance(value, str) and len(value) <= _LONGEST


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _does_not_fit(field: CustomField) -> str:
    texts = {
        CustomField.Kind.NUMBER: _("“%(name)s” must be a number."),
        CustomField.Kind.BOOL: _("“%(name)s” must be yes or no."),
        CustomField.Kind.CHOICE: _("Choose one of the answers of “%(name)s”."),
        CustomField.Kind.DATE: _("“%(name)s” must be a date, for example 2026-11-22."),
    }
    default = _("“%(name)s” must be a text of at most 1000 characters.")
    return texts.get(CustomField.Kind(field.kind), default) % {"name": field.name}
