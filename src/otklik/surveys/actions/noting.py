"""What happened in the house, beside the trends of all surveys."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.surveys.events import DayNoted
from otklik.surveys.models import DayNote


@in_one
def note_day(*, day: date, text: str, actor: Actor) -> DayNote:
    """Raises ``Refusal('text_missing' | 'day_to_come')``."""
    require(actor, "surveys.edit")
    words = " ".join(text.split())[:120]
    if not words:
        raise Refusal("text_missing", _("Write what happened."), fields={"text": _("Write what happened.")})
    if day > timezone.localdate():
        said = _("This day is still to come.")
        raise Refusal("day_to_come", said, fields={"day": said})
    note = DayNote.objects.create(day=day, text=words, by_id=actor.pk if actor.is_agent else None)
    announce(DayNoted(note_id=note.pk), actor=actor)
    return note


@in_one
def drop_note(*, note: DayNote, actor: Actor) -> None:
    require(actor, "surveys.edit")
    note_id = note.pk
    if DayNote.objects.filter(pk=note_id).delete()[0]:
        announce(DayNoted(note_id=note_id, is_gone=True), actor=actor)
