"""The answer with decision, reason and prevention, and how a customer who does not agree can go on."""

from collections.abc import Iterable
from typing import Any, Unpack

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.cases.actions import answer_and_solve, reply
from otklik.cases.closing import closed
from otklik.cases.queries import Seen, require_case
from otklik.complaints import letters
from otklik.complaints.actions.record import about, change, check_not_about, held_complaint, needed, write_step
from otklik.complaints.actions.running import settle_nearest
from otklik.complaints.events import ComplaintAnswered, WaysOffered
from otklik.complaints.models import Complaint, Decision, Stage, Way
from otklik.complaints.moves import check_move
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce


@in_one
def answer(
    *,
    complaint: Complaint,
    actor: Actor,
    decision: str,
    text: str,
    reason: str,
    prevention: str,
    closing: str = "",
    is_solved: bool = False,
    **seen: Unpack[Seen],
) -> None:
    """Tell the customer what was decided, why, and what keeps it from coming again, in one letter; ``closing`` ends it.

    ``text``: what is done for them. ``is_solved``: the letter asks at its end whether all is solved. Raises
    ``Refusal('decision_unknown' | 'answer_missing' | 'reason_missing' | 'prevention_missing' | 'complaint_about_you' |
    'cannot_answer_now')`` and what ``reply`` raises.
    """
    require_case(actor, "complaints.handle", complaint.case)
    complaint = held_complaint(complaint)
    check_move(complaint.stage, Stage.ANSWERED)
    check_not_about(complaint, actor)
    values = _checked(decision, text, reason, prevention)
    change(
        complaint,
        stage=Stage.ANSWERED,
        decided_by_id=actor.agent_id,
        answered_at=timezone.now(),
        hear_by=None,
        ways_offered_at=None,
        **values,
    )
    settle_nearest(complaint)
    with translation.override(complaint.case.customer.language):
        words = closed(complaint.case, letters.answer(complaint), closing)
    write, facts = answer_and_solve if is_solved else reply, {"decision": decision, "is_asked": is_solved}
    letter = write(case=complaint.case, actor=actor, text=words, **seen)
    said = "\n\n".join((complaint.answer, complaint.reason, complaint.prevention))
    write_step(complaint, Stage.ANSWERED, actor=actor, words=said, facts=facts, letter_id=letter.pk)
    announce(ComplaintAnswered(**about(complaint), decision=decision, message_id=letter.pk), actor=actor)


def _checked(decision: str, text: str, reason: str, prevention: str) -> dict[str, Any]:
    if decision not in Decision.values:
        said = _("Say what was decided: granted, granted in part, or declined.")
        raise Refusal("decision_unknown", said, fields={"decision": said})
    lesson = _("Say what keeps it from happening again.")
    return {
        "decision": decision,
        "answer": needed(text, "answer_missing", "text", _("Say what we do for the customer.")),
        "reason": needed(reason, "reason_missing", "reason", _("Give the reason for the decision.")),
        "prevention": needed(prevention, "prevention_missing", "prevention", lesson),
    }


@in_one
def offer_ways(*, complaint: Complaint, actor: Actor, words: str, ways: Iterable[Way], **seen: Unpack[Seen]) -> None:
    """Tell a customer who does not agree how to go on: here, with somebody else, and outside.

    Raises ``Refusal('cannot_offer_now' | 'words_missing' | 'ways_missing')`` and what ``reply`` raises.
    """
    require_case(actor, "complaints.handle", complaint.case)
    complaint = held_complaint(complaint)
    if complaint.stage != Stage.REFUSED:
        raise Refusal("cannot_offer_now", _("Other ways are offered to a customer who does not accept the answer."))
    said = needed(words, "words_missing", "words", _("Write to the customer in your own words, too."))
    chosen = list(ways)
    if not chosen:
        missing = _("Name at least one way outside the company.")
        raise Refusal("ways_missing", missing, fields={"ways": missing})
    with translation.override(complaint.case.customer.language):
        text = letters.other_ways(said, chosen)
    letter = reply(case=complaint.case, actor=actor, text=text, **seen)
    facts = {"ways": [way.pk for way in chosen]}
    write_step(complaint, "ways_offered", actor=actor, words=said, facts=facts, letter_id=letter.pk)
    change(complaint, ways_offered_at=timezone.now())
    announce(WaysOffered(**about(complaint), message_id=letter.pk), actor=actor)
