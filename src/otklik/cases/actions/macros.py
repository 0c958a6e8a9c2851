"""Prepared texts: each saving is a version of its own, and an earlier one can be had again."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.cases.events import MacroChanged
from otklik.cases.models import Macro, MacroVersion
from otklik.cases.queries import macros_of
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.versions import begun
from otklik.team.models import Team

_KEPT = ("title", "text", "team", "is_active", "actions")


@once_more_if_taken
@transaction.atomic
def save_macro(
    *, title: str, text: str, actor: Actor, macro: Macro | None = None, actions: Mapping[str, Any] | None = None,
    team: Team | None = None, is_active: bool = True, change_note: str = "",
) -> Macro:  # fmt: skip
    """Make or change a prepared text; what is different becomes its next version, with what is new and why.

    Raises ``Refusal('title_missing' | 'title_taken')``.
    """
    require(actor, "macros.edit")
    values = {
        "title": title.strip(), "text": text, "team": team, "is_active": is_active, "actions": dict(actions or {}),
    }  # fmt: skip
    return _save(macro, values, actor, change_note=change_note.strip())


@once_more_if_taken
@transaction.atomic
def restore_macro(*, version: MacroVersion, actor: Actor) -> Macro:
    """The words of an earlier version hold again, as the next one. Raises ``Refusal('title_taken')``."""
    require(actor, "macros.edit")
    values = {field: getattr(version, field) for field in _KEPT}
    return _save(Macro.objects.get(pk=version.macro_id), values, actor, as_in=version.number)


def _save(macro: Macro | None, values: Mapping[str, Any], actor: Actor, **about: Any) -> Macro:
    _check(macro, str(values["title"]))
    is_new = macro is None
    macro = macro or Macro()
    changed = [field for field, value in values.items() if is_new or getattr(macro, field) != value]
    if not changed:
        return macro
    for field in changed:
        setattr(macro, field, values[field])
    macro.save()
    MacroVersion.objects.create(macro=macro, **_author(macro, actor), **values, **about)
    macros_of.forget()
    announce(MacroChanged(macro_id=macro.pk, fields=changed), actor=actor)
    return macro


def _author(macro: Macro, actor: Actor) -> dict[str, Any]:
    values = begun(macro.versions.all(), actor)
    return {"number": values["number"], "author_id": values["author_id"]}


def _check(macro: Macro | None, title: str) -> None:
    if not title:
        raise Refusal("title_missing", _("Give the template a title."), fields={"title": _("A title is missing.")})
    taken = Macro.objects.filter(title=title)
    if macro is not None:
        taken = taken.exclude(pk=macro.pk)
    if taken.exists():
        text = _("There is already a template with this title.")
        raise Refusal("title_taken", text, fields={"title": text})
