"""The only writer of what is written down."""

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.cases.actions import alert
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.manifest import Person
from otklik.sample.events import EntryWritten
from otklik.sample.models import Entry


@transaction.atomic
def write_down(*, case: Case, text: str, actor: Actor) -> Entry:
    """Write something down about a case; its owner is told at once, unless they wrote it themselves.

    Raises ``Refusal('sample_text_missing' | 'not_found' | 'not_allowed')``.
    """
    require_case(actor, "sample.write", case)
    if not text.strip():
        words = _("Write something down.")
        raise Refusal("sample_text_missing", words, fields={"text": words})
    entry = Entry.objects.create(case=case, agent_id=actor.pk, text=text.strip()[:300])
    if case.owner_id != actor.pk:
        alert(agent=case.owner, case=case, reason="sample.written", source=str(entry.pk))
    about = EntryWritten(case_id=case.pk, customer_id=case.customer_id, entry_id=entry.pk, agent_id=actor.pk)
    announce(about, actor=actor)
    return entry


def forget_entries(person: Person) -> None:
    """What was written down about an erased person goes."""
    Entry.objects.filter(case__in=person.cases).delete()
