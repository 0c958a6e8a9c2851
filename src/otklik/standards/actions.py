"""The only writer of standards."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.standards.models import Standard

_EDITABLE = (
    "why", "emotion", "how", "case_kind", "first_answer_minutes", "next_word_minutes", "solution_minutes", "is_default",
)  # fmt: skip


@transaction.atomic
def set_standard(*, name: str, actor: Actor, values: Mapping[str, Any]) -> Standard:
    """Make or change a standard; at most one is the default and each kind of case has at most one."""
    require(actor, "standards.edit")
    if not name.strip():
        raise Refusal("name_missing", _("Give the standard a name."), fields={"name": _("A name is missing.")})
    chosen = {field: values[field] for field in _EDITABLE if field in values}
    if any(value < 1 for field, value in chosen.items() if field.endswith("_minutes")):
        raise Refusal("minutes_invalid", _("A promise needs at least one minute."))
    if chosen.get("is_default"):
        Standard.objects.exclude(name=name.strip()).filter(is_default=True).update(is_default=False)
    return Standard.objects.update_or_create(name=name.strip(), defaults=chosen)[0]
