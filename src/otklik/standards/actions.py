"""The only writer of standards."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.standards.events import StandardChanged
from otklik.standards.models import Standard
from otklik.standards.queries import standard_for

_EDITABLE = (
    "why", "emotion", "how", "case_kind", "first_answer_minutes", "next_word_minutes", "solution_minutes", "is_default",
)  # fmt: skip


@once_more_if_taken
@transaction.atomic
def set_standard(*, name: str, actor: Actor, values: Mapping[str, Any], standard: Standard | None = None) -> Standard:
    """Make a standard, or change the given one or the one of this name.

    At most one is the default, and each kind of case has at most one. Raises
    ``Refusal('name_missing' | 'name_taken' | 'case_kind_taken' | 'minutes_invalid')``.
    """
    require(actor, "standards.edit")
    if not name.strip():
        raise Refusal("name_missing", _("Give the standard a name."), fields={"name": _("A name is missing.")})
    chosen = {field: values[field] for field in _EDITABLE if field in values}
    if any(value < 1 for field, value in chosen.items() if field.endswith("_minutes")):
        raise Refusal("minutes_invalid", _("A promise needs at least one minute."))
    if chosen.get("is_default"):
        Standard.objects.filter(is_default=True).exclude(pk=standard.pk if standard else 0).update(is_default=False)
    if standard is None:
        standard = Standard.objects.filter(name=name.strip()).first() or Standard()
    values = {"name": name.strip(), **chosen}
    changed = [field for field, value in values.items() if getattr(standard, field) != value]
    _check_free(standard, values)
    for field, value in values.items():
        setattr(standard, field, value)
    standard.save()
    standard_for.forget()
    if changed:
        announce(StandardChanged(standard_id=standard.pk, fields=changed), actor=actor)
    return standard


def _check_free(standard: Standard, values: Mapping[str, Any]) -> None:
    others = Standard.objects.exclude(pk=standard.pk)
    if others.filter(name=values["name"]).exists():
        text = _("There is already a standard with this name.")
        raise Refusal("name_taken", text, fields={"name": text})
    if values.get("case_kind") and others.filter(case_kind=values["case_kind"]).exists():
        text = _("Another standard already speaks of this kind of case.")
        raise Refusal("case_kind_taken", text, fields={"case_kind": text})
