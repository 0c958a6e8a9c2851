"""Two cases about one matter become one."""

from typing import Unpack

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.closing import come_back
from otklik.cases.actions.holding import check_no_spam, check_nothing_new
from otklik.cases.actions.promising import word_owed
from otklik.cases.actions.recounting import announce_went_on
from otklik.cases.events import CaseMerged
from otklik.cases.models import Alert, Case, CaseConversation, Draft, DraftFile
from otklik.cases.queries import Seen, conversation_to_answer, require_case
from otklik.cases.vows import put_together
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce


@transaction.atomic
def merge_cases(*, into: Case, other: Case, actor: Actor, **seen: Unpack[Seen]) -> None:
    """Bring the conversations and drafts of ``other`` into one case of the same customer; ``other`` says where it went.

    A finished ``into`` comes back if ``other`` was open. Raises ``Refusal('other_customer' | 'same_case' |
    'merged_already' | 'is_spam' | 'changed_meanwhile')``; ``seen`` is of ``into``.
    """
    if into.pk == other.pk:
        raise Refusal("same_case", _("A case cannot be merged with itself."))
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("team__working_time")
    both = {row.pk: row for row in rows.filter(pk__in=[into.pk, other.pk]).order_by("pk")}
    into, other = both[into.pk], both[other.pk]
    require_case(actor, "cases.edit", into)
    require_case(actor, "cases.edit", other)
    check_no_spam(into)
    check_no_spam(other)
    check_nothing_new(into, **seen)
    if into.customer_id != other.customer_id:
        raise Refusal("other_customer", _("Only cases of the same customer can be merged."))
    conversation_to_answer(into)  # refuses a case that was merged away itself
    conversation_to_answer(other)  # the same
    CaseConversation.objects.filter(case=other).update(case=into)
    if other.state == Case.State.OPEN and into.state != Case.State.OPEN:
        come_back(into, reason="merged", actor=actor)
    _put_together(into, other)
    _bring_along(into, other)
    announce(CaseMerged(case_id=into.pk, customer_id=into.customer_id, from_case_id=other.pk), actor=actor)


def _bring_along(into: Case, other: Case) -> None:
    """What colleagues were writing, and what they were told, goes with the conversations."""
    for draft in Draft.objects.select_for_update().filter(case=other).order_by("id"):
        there, is_new = Draft.objects.get_or_create(
            case=into, agent_id=draft.agent_id, kind=draft.kind, defaults={"text": draft.text}
        )
        if not is_new:
            Draft.objects.filter(pk=there.pk).update(text="\n\n".join(filter(None, [there.text, draft.text])))
        DraftFile.objects.filter(draft=draft).update(draft=there)
        draft.delete()
    told = Alert.objects.filter(
        case=into, agent=OuterRef("agent"), reason=OuterRef("reason"), source=OuterRef("source")
    )
    Alert.objects.filter(~Exists(told), case=other).update(case=into)
    Alert.objects.filter(case=other, seen_at=None).update(seen_at=timezone.now())


def _put_together(into: Case, other: Case) -> None:
    now = timezone.now()
    Case.objects.filter(pk=other.pk).update(
        state=Case.State.UNCONFIRMED,
        closed_at=now,
        due_at=None,
        promised=[],
        waits_for=Case.WaitsFor.NOBODY,
        is_undelivered=False,
        updated_at=now,
        custom={**other.custom, "merged_into": into.pk},
    )
    changes: dict[str, object] = {"updated_at": now, "last_word_at": max(into.last_word_at, other.last_word_at)}
    into.promised = changes["promised"] = put_together(into, other)
    if into.state == Case.State.OPEN:
        owed = word_owed(into, since=now)
        changes |= owed
        announce_went_on(into, owed, actor=SYSTEM)
    if other.is_undelivered:
        changes["is_undelivered"] = True
    Case.objects.filter(pk=into.pk).update(**changes)
