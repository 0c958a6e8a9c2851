"""The terms and the ways outside that this house has."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.complaints.events import TermSaved, WaySaved
from otklik.complaints.models import Term, Way
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce

_TERM = ("name", "basis", "days", "is_working", "starts", "moves_on", "warn_days", "is_default", "is_active")
_WAY = ("name", "words", "url", "position", "is_active")
_MOST_DAYS = 366


@once_more_if_taken
def save_term(*, values: Mapping[str, Any], actor: Actor, term: Term | None = None) -> Term:
    """Write down a new term, or change one. Complaints for which it runs already keep the end they were given.

    Raises ``Refusal('name_missing' | 'name_taken' | 'days_invalid' | 'starts_unknown')``.
    """
    require(actor, "settings.edit")
    row = term or Term(days=30)
    changed = _take(row, _TERM, values)
    _check_name(row, Term)
    if not 1 <= row.days <= _MOST_DAYS or not 0 <= row.warn_days <= row.days:
        text = _("From 1 to 366 days, and the reminder within them.")
        raise Refusal("days_invalid", text, fields={"days": text})
    if row.starts not in Term.Starts.values:
        text = _("A deadline counts from the day of the customer's words, or from that of the number.")
        raise Refusal("starts_unknown", text, fields={"starts": text})
    if changed:
        row.save()
        announce(TermSaved(term_id=row.pk, fields=changed), actor=actor)
    return row


@once_more_if_taken
def save_way(*, values: Mapping[str, Any], actor: Actor, way: Way | None = None) -> Way:
    """Write down where else customers can turn, or change it.

    Raises ``Refusal('name_missing' | 'name_taken' | 'url_invalid')``.
    """
    require(actor, "settings.edit")
    row = way or Way()
    changed = _take(row, _WAY, values)
    _check_name(row, Way)
    if row.url and not row.url.startswith(("https://", "http://")):
        text = _("A web address begins with https://.")
        raise Refusal("url_invalid", text, fields={"url": text})
    if changed:
        row.save()
        announce(WaySaved(way_id=row.pk, fields=changed), actor=actor)
    return row


def _take(row: Term | Way, names: tuple[str, ...], values: Mapping[str, Any]) -> list[str]:
    """Set what is given; returns what is different by it, all of it for a new row."""
    before = {name: getattr(row, name) for name in names}
    for name in names:
        if name in values:
            setattr(row, name, values[name])
    row.name = row.name.strip()
    is_new = row._state.adding
    return [name for name in names if is_new or getattr(row, name) != before[name]]


def _check_name(row: Term | Way, kind: type[Term] | type[Way]) -> None:
    if not row.name:
        text = _("A name is missing.")
        raise Refusal("name_missing", text, fields={"name": text})
    if kind._default_manager.filter(name=row.name).exclude(pk=row.pk).exists():
        text = _("This name is already taken.")
        raise Refusal("name_taken", text, fields={"name": text})
