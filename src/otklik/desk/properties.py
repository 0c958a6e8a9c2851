"""What an agent may change of a case beside its conversation: a few plain controls, drawn without form widgets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from otklik.cases.custom_fields import PREFIX
from otklik.cases.labels import PRIORITIES
from otklik.cases.models import Case, CustomField
from otklik.desk.forms.working import PropertiesForm
from otklik.standards.kinds import KINDS

type Choices = Sequence[tuple[str, str | Promise]]


@dataclass(frozen=True, kw_only=True)
class Property:
    """One control. ``type`` is that of an ``<input>``, or ``select`` with ``choices``; ``value`` as it is posted."""

    name: str
    label: str | Promise
    type: str
    value: str
    choices: Choices = ()
    is_required: bool = False
    errors: Sequence[str] = ()


_TYPES = {"text": "text", "number": "text", "choice": "select", "date": "date", "bool": "checkbox"}


def properties_of(
    case: Case, teams: Sequence[tuple[int, str]], defined: Sequence[CustomField], refused: PropertiesForm | None
) -> list[Property]:
    """The controls with what is stored, or with what was typed into a form that was refused."""
    kinds: Choices = [(name, label.text) for name, label in KINDS.items()]
    priorities: Choices = [(name, label.text) for name, label in PRIORITIES.items()]
    rows = [
        Property(name="subject", label=_("Subject"), type="text", value=case.subject, is_required=bool(case.subject)),
        Property(name="kind", label=_("Kind"), type="select", value=case.kind, choices=kinds),
        Property(name="priority", label=_("Priority"), type="select", value=case.priority, choices=priorities),
        Property(
            name="team",
            label=_("Team"),
            type="select",
            value=str(case.team_id),
            choices=[(str(pk), name) for pk, name in teams],
        ),
        *(_own(field, case.custom.get(field.key)) for field in defined),
    ]
    return rows if refused is None else [_as_typed(row, refused) for row in rows]


def _own(field: CustomField, stored: Any) -> Property:
    value = ("on" if stored else "") if field.kind == CustomField.Kind.BOOL else "" if stored is None else str(stored)
    empty: Choices = [("", _("Not chosen"))]
    return Property(
        name=f"{PREFIX}{field.key}",
        label=field.name,
        type=_TYPES[field.kind],
        value=value,
        choices=[*empty, *((one, one) for one in field.choices)] if field.kind == CustomField.Kind.CHOICE else (),
        is_required=field.is_required and field.kind != CustomField.Kind.BOOL,
    )


def _as_typed(row: Property, form: PropertiesForm) -> Property:
    return Property(
        name=row.name,
        label=row.label,
        type=row.type,
        value=str(form.data.get(row.name, "")),
        choices=row.choices,
        is_required=row.is_required,
        errors=[str(error) for error in form.errors.get(row.name, ())],
    )
