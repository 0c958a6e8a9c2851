"""Two cases about one matter become one."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.closing import come_back
from otklik.cases.events import CaseMerged
from otklik.cases.models import Case, CaseConversation
from otklik.cases.queries import conversation_to_answer, require_case
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.events import announce
from otklik.reach.actions import write_note


@transaction.atomic
def merge_cases(*, into: Case, other: Case, actor: Actor) -> None:
    """Bring the conversations of ``other`` into one case of the same customer; ``other`` closes as unconfirmed.

    A finished ``into`` comes back if ``other`` was open. Raises ``Refusal('other_customer' | 'same_case' |
    'merged_already')``.
    """
    require_case(actor, "cases.edit", into)
    require_case(actor, "cases.edit", other)
    if into.pk == other.pk:
        raise Refusal("same_case", _("A case cannot be merged with itself."))
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("team__working_time")
    both = {row.pk: row for row in rows.filter(pk__in=[into.pk, other.pk]).order_by("pk")}
    into, other = both[into.pk], both[other.pk]
    if into.customer_id != other.customer_id:
        raise Refusal("other_customer", _("Only cases of the same customer can be merged."))
    conversation_to_answer(into)  # refuses a case that was merged away itself
    text = _("Merged with case %(number)d.") % {"number": other.pk}
    write_note(conversation=conversation_to_answer(other), text=text, actor=actor)
    CaseConversation.objects.filter(case=other).update(case=into)
    if other.state == Case.State.OPEN and into.state != Case.State.OPEN:
        come_back(into, reason="merged", actor=actor)
    _put_together(into, other)
    announce(CaseMerged(case_id=into.pk, customer_id=into.customer_id, from_case_id=other.pk), actor=actor)


def _put_together(into: Case, other: Case) -> None:
    now = timezone.now()
    Case.objects.filter(pk=other.pk).update(
        state=Case.State.UNCONFIRMED,
        closed_at=now,
        due_at=None,
        waits_for=Case.WaitsFor.NOBODY,
        is_undelivered=False,
        updated_at=now,
        custom={**other.custom, "merged_into": into.pk},
    )
    changes: dict[str, object] = {"updated_at": now, "last_word_at": max(into.last_word_at, other.last_word_at)}
    if into.state == Case.State.OPEN:
        changes["waits_for"] = Case.WaitsFor.US
    if other.is_undelivered:
        changes["is_undelivered"] = True
    Case.objects.filter(pk=into.pk).update(**changes)
