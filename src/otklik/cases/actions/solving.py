"""Solved is told in one letter: what was done, and the question whether it is so. It can be taken back whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Unpack

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.answering import check_words, leaves_at, save_draft, write_answer
from otklik.cases.actions.asking import question_to
from otklik.cases.actions.closing import hold_as_it_was
from otklik.cases.actions.drafts import give_files_back
from otklik.cases.actions.holding import hold
from otklik.cases.actions.keeping_open import check_objections
from otklik.cases.actions.promising import standing_of
from otklik.cases.actions.stepping import check_steps
from otklik.cases.actions.vowing import unsay
from otklik.cases.closing import closed
from otklik.cases.events import CaseReopened, CaseSolved
from otklik.cases.models import Case, CasePurpose, Draft
from otklik.cases.moves import State, move
from otklik.cases.queries import Seen, conversation_to_answer, require_case
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.models import Event
from otklik.knowledge.actions import forget_quotes
from otklik.reach.actions import cancel, send
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Message
from otklik.reach.queries import Recipients

_LONGEST_SUMMARY = 1000


@in_one
def mark_solved(
    *,
    case: Case,
    actor: Actor,
    summary: str,
    closing: str = "",
    is_undoable: bool = False,
    send_at: datetime | None = None,
    **seen: Unpack[Seen],
) -> Message | None:
    """Say that the team believes the matter is solved; only the customer can close it.

    ``summary`` tells the customer what was done, in the letter that asks them. Returns that letter, None when none may
    go to them. ``closing``: a line that ends it, left out when it was said lately. ``is_undoable`` and ``send_at``
    as in ``reply``.
    Raises ``Refusal('summary_missing' | 'changed_meanwhile' | 'send_at_invalid' | 'steps_open')``.
    """
    hold_as_it_was(case, actor, "cases.solve", seen)
    check_objections(case, State.SOLVED)
    if not summary.strip():
        text = _("Tell the customer what was done.")
        raise Refusal("summary_missing", text, fields={"summary": text})
    check_steps(case)
    conversation, send_after = conversation_to_answer(case), leaves_at(send_at, is_undoable=is_undoable)
    _move_to_solved(case, summary.strip())
    written = question_to(case, conversation)
    letter = send(
        conversation=conversation,
        text=closed(case, written.words, closing),
        purpose=CasePurpose.QUESTION,
        actor=actor,
        subject=written.subject,
        send_after=send_after,
        sheet=written.sheet,
    )
    _announce_solved(case, letter, actor)
    return letter


@in_one
def answer_and_solve(
    *,
    case: Case,
    actor: Actor,
    text: str,
    closing: str = "",
    files: Sequence[IncomingFile] = (),
    recipients: Recipients | None = None,
    confirmed: frozenset[str] = frozenset(),
    is_undoable: bool = False,
    via: str = "",
    **seen: Unpack[Seen],
) -> Message:
    """Answer as ``reply`` does and say that it is solved: one letter, which asks the customer at its end.

    ``closing`` as in ``mark_solved``.
    Raises what ``reply`` and ``mark_solved`` raise.
    """
    hold_as_it_was(case, actor, "cases.reply", seen)
    require_case(actor, "cases.solve", case)
    check_steps(case)
    check_objections(case, State.SOLVED)
    check_words(text, _("Write an answer first."))
    letter = write_answer(
        case=case,
        actor=actor,
        text=closed(case, text, closing),
        files=files,
        recipients=recipients,
        confirmed=confirmed,
        send_after=leaves_at(None, is_undoable=is_undoable),
        via=via,
        asking=question_to,
    )
    _move_to_solved(case, text.strip()[:_LONGEST_SUMMARY])  # last: ``case`` stays as it is when the letter is refused
    _announce_solved(case, letter, actor)
    return letter


def _move_to_solved(case: Case, summary: str) -> None:
    move(
        case,
        to=State.SOLVED,
        solved_at=timezone.now(),
        waits_for=Case.WaitsFor.CUSTOMER,
        due_at=None,
        reminders=0,
        summary=summary,
    )


def _announce_solved(case: Case, letter: Message | None, actor: Actor) -> None:
    happened = CaseSolved(
        case_id=case.pk,
        customer_id=case.customer_id,
        round=case.came_back + 1,
        message_id=letter.pk if letter else None,
        is_asked=True,
    )
    announce(happened, actor=actor)


# ── The way back ──────────────────────────────────────────────────────────────────────────
@in_one
def take_back(*, case: Case, message: Message, actor: Actor) -> Draft:
    """Undo a letter that has not left yet, and what was done by it; its text is a draft again.

    Raises ``Refusal('not_allowed' | 'already_sent' | 'nothing_waits')``.
    """
    hold(case, actor=actor, permission="cases.reply")
    solving = _solving(case, message)
    is_theirs = actor.pk in {message.agent_id, solving.actor_id if solving else None}
    if message.conversation.thread.case_id != case.pk or not is_theirs:
        raise Refusal("not_allowed", _("Only its author can take a letter back."))
    cancel(message=message, actor=actor)
    unsay(case=case, letter_id=message.pk)
    if solving is not None and case.state == State.SOLVED:
        _unsolve(case, message, actor)
    others = Message.objects.filter(
        conversation__thread__case=case, direction=Message.Direction.OUT, purpose=Message.Purpose.ANSWER
    ).exclude(deliveries__state="cancelled")
    said = others.filter(agent=actor.pk).values_list("text", flat=True)
    forget_quotes(text=message.text, kept=said, case_id=case.pk, actor=actor)
    draft = save_draft(case=case, actor=actor, kind="reply", text=_words_back(case, message, actor))
    give_files_back(draft=draft, message=message)
    return draft


def _words_back(case: Case, message: Message, actor: Actor) -> str:
    """What is a draft again: the words of the letter; a question takes the place of no other words."""
    if message.purpose == CasePurpose.QUESTION:
        standing = Draft.objects.filter(case=case, agent_id=actor.agent_id, kind="reply").exclude(text="").first()
        if standing is not None:
            return standing.text
    return message.text


def _solving(case: Case, message: Message) -> Event | None:
    """The last time that somebody called the case solved, if this letter said so."""
    last = Event.objects.filter(case_id=case.pk, name=CaseSolved.event_name).order_by("-id").first()
    return last if last is not None and last.payload.get("message_id") == message.pk else None


def _unsolve(case: Case, message: Message, actor: Actor) -> None:
    """As if it had never been called solved: whose move it was, by when, and what had been done before."""
    changes: dict[str, Any] = {**standing_of(case), "solved_at": None, "summary": _summary_before(case, message)}
    move(case, to=State.OPEN, **changes)
    happened = CaseReopened(case_id=case.pk, customer_id=case.customer_id, reason="taken_back")
    announce(happened, actor=actor)


def _summary_before(case: Case, message: Message) -> str:
    """What was done by the attempt before, '' when there was none."""
    told = Event.objects.filter(case_id=case.pk, name=CaseSolved.event_name).order_by("-id")
    letters = [event.payload.get("message_id") for event in told[:50]]
    before = Message.objects.filter(pk__in=[one for one in letters if one and one != message.pk])
    text = before.exclude(deliveries__state="cancelled").order_by("-id").values_list("text", flat=True).first()
    return (text or "")[:_LONGEST_SUMMARY]
