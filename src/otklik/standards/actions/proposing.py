"""What those who work by a standard would change in it: proposed, taken into a draft, or declined with a reason."""

from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.manifest import Person
from otklik.foundation.versions import draft_in_work
from otklik.standards.actions.writing import LONGEST_TEXT, start_draft
from otklik.standards.events import StandardProposalDeclined, StandardProposalTaken, StandardProposed
from otklik.standards.models import Proposal, Standard, Version
from otklik.standards.queries import require_author


@in_one
def propose_change(*, standard: Standard, words: str, actor: Actor, case_number: int | None = None) -> Proposal:
    """Tell whoever keeps the standard what should be different in it. ``case_number``: where that was seen.

    The caller has asked whether the actor may see that case. Raises ``Refusal('words_missing' | 'text_too_long')``.
    """
    require(actor, "standards.propose")
    words = words.strip()
    if not words:
        text = _("Write what should be different, and why.")
        raise Refusal("words_missing", text, fields={"words": text})
    if len(words) > LONGEST_TEXT:
        text = _("At most %(most)s characters, please.") % {"most": LONGEST_TEXT}
        raise Refusal("text_too_long", text, fields={"words": text})
    row = Proposal.objects.create(standard=standard, words=words, author_id=actor.agent_id, case_number=case_number)
    announce(StandardProposed(standard_id=standard.pk, proposal_id=row.pk), actor=actor)
    return row


@in_one
def take_proposal(*, proposal: Proposal, actor: Actor) -> Version:
    """Its words stand beside the draft from now on, which is begun if there is none; the author is told.

    Raises ``Refusal('decided_already')``, and ``Refusal('draft_in_work')`` while a draft waits for approval.
    """
    require_author(actor, "standards.edit", proposal.standard)
    draft = start_draft(standard=proposal.standard, actor=actor)
    if draft.state != Version.State.DRAFT:
        raise draft_in_work()
    _decide(proposal, actor, state=Proposal.State.TAKEN, version=draft)
    happened = StandardProposalTaken(
        standard_id=proposal.standard_id, proposal_id=proposal.pk, author_id=proposal.author_id
    )
    announce(happened, actor=actor)
    return draft


@in_one
def decline_proposal(*, proposal: Proposal, because: str, actor: Actor) -> None:
    """Say no with a reason, which the author reads. Raises ``Refusal('reason_missing' | 'decided_already')``."""
    require_author(actor, "standards.edit", proposal.standard)
    if not because.strip():
        text = _("Tell the author why it stays as it is.")
        raise Refusal("reason_missing", text, fields={"because": text})
    _decide(proposal, actor, state=Proposal.State.DECLINED, because=because.strip())
    happened = StandardProposalDeclined(
        standard_id=proposal.standard_id, proposal_id=proposal.pk, author_id=proposal.author_id
    )
    announce(happened, actor=actor)


def _decide(proposal: Proposal, actor: Actor, **values: Any) -> None:
    """Of two people who decide only one does."""
    rows = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.OPEN)
    decided_by = actor.pk if actor.is_agent else None
    if not rows.update(**values, decided_by_id=decided_by, decided_at=Now()):
        raise Refusal("decided_already", _("Somebody has decided this meanwhile."))
    proposal.refresh_from_db()


def unlink_cases(person: Person) -> None:
    """A proposal speaks of a standard; that it was thought of over a case of this person is forgotten."""
    Proposal.objects.filter(case_number__in=person.cases).update(case_number=None)
