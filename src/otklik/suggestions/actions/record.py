"""What the other actions share: a suggestion held, its search words, its way, when it was last changed."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.text.language import searchable
from otklik.suggestions.models import State, Step, Suggestion

LONGEST_TITLE, LONGEST_WORDS = 200, 20_000


def held(suggestion: Suggestion) -> Suggestion:
    """The row as it is now, for nobody else to change until the end of the transaction."""
    return Suggestion.objects.select_for_update(of=("self",), no_key=True).get(pk=suggestion.pk)


def change(row: Suggestion, **values: Any) -> None:
    """Write these fields, and that it was changed: of what nobody may tell the hour of only the day."""
    values["changed_at"] = moment_for(row, timezone.now())
    Suggestion.objects.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)


def moment_for(row: Suggestion, at: datetime) -> datetime:
    """Of a nameless idea only the day, as long as nobody has taken it up."""
    is_hidden = row.is_nameless and row.state == State.NEW
    return at.replace(hour=0, minute=0, second=0, microsecond=0) if is_hidden else at


def vector(*texts: str) -> SearchVector:
    return SearchVector(Value(searchable(*texts)), config="simple")


def index(row: Suggestion) -> None:
    """By which words it is found: its title, what we wrote beside it, and how it stands on the board."""
    Suggestion.objects.filter(pk=row.pk).update(search=vector(row.title, row.about, row.shown_title))


def step(row: Suggestion, state: str, actor: Actor, *, at: datetime | None = None) -> None:
    agent = actor.pk if actor.is_agent and not (row.is_nameless and state == State.NEW) else None
    Step.objects.create(suggestion=row, state=state, agent_id=agent, at=at or timezone.now())


def needed(code: str, field: str, text: str, said: str) -> str:
    """The text without what surrounds it. Raises ``Refusal(code)`` at its field when nothing is left."""
    if not (kept := text.strip()):
        raise Refusal(code, said, fields={field: said})
    return kept


def check_open(row: Suggestion) -> None:
    """Raises ``Refusal('is_duplicate')`` for what goes on as another suggestion."""
    if row.state == State.DUPLICATE:
        said = _("This was joined with suggestion No. %(number)d. Go on there.")
        raise Refusal("is_duplicate", said % {"number": row.duplicate_of_id or 0})
