"""What agents say: letters to the customer, notes to each other, drafts for themselves."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Unpack

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.cases import letters
from otklik.cases.actions.editing import alert
from otklik.cases.actions.holding import check_no_spam, hold
from otklik.cases.actions.promising import keep_promise
from otklik.cases.actions.ways import conversation_by
from otklik.cases.events import CaseEdited, Noted, Replied, ToldAgain
from otklik.cases.models import Alert, Case, Draft, Presence
from otklik.cases.queries import (
    LOOKING,
    Seen,
    check_goes_on,
    conversation_ids,
    conversation_to_answer,
    may_see,
    require_case,
    told_already,
)
from otklik.customers.actions import add_contact_point
from otklik.customers.queries import bounces_in, points_at_hand
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce, whisper
from otklik.foundation.policies import policy
from otklik.knowledge.actions import note_quotes
from otklik.reach.actions import believe_arrived, retry_delivery, send, write_note
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Delivery, Message
from otklik.reach.queries import Recipients, recipients_of_answer, undelivered_in
from otklik.team.models import Agent
from otklik.team.queries import actor_for, agent_by_id

_MENTION = re.compile(r"@([\w.+-]+@[\w.-]+\w|[^\W\d_][\w-]*)")
_LATEST_SEND = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class NotTold:
    """A mention that reached nobody. ``email``: '' when several colleagues bear the name."""

    name: str
    email: str
    reason: Literal["may_not_see", "ambiguous"]


@in_one
def reply(
    *,
    case: Case,
    actor: Actor,
    text: str,
    files: Sequence[IncomingFile] = (),
    recipients: Recipients | None = None,
    confirmed: frozenset[str] = frozenset(),
    send_at: datetime | None = None,
    is_undoable: bool = False,
    at: datetime | None = None,
    via: str = "",
    **seen: Unpack[Seen],
) -> Message:
    """Answer the customer in the owner's (or deputy's, or colleague's) own name. It counts once it is handed over.

    ``recipients``: None means those of the answered message; anybody else must be in ``confirmed``. ``send_at`` sends
    later; ``is_undoable`` waits the policy's seconds. ``seen``: what the author had read; if more has been said since,
    ``Refusal('changed_meanwhile')``. ``via``: the key of another way (``Way``) than that on which the customer spoke
    last. Also ``text_missing``, ``recipient_not_confirmed``, ``way_unknown``.
    """
    hold(case, actor=actor, permission="cases.reply", **seen)
    check_words(text, _("Write an answer first."))
    return write_answer(
        case=case,
        actor=actor,
        text=text,
        files=files,
        recipients=recipients,
        confirmed=confirmed,
        send_after=leaves_at(send_at, is_undoable=is_undoable),
        at=at,
        via=via,
    )


def write_answer(
    *,
    case: Case,
    actor: Actor,
    text: str,
    files: Sequence[IncomingFile],
    recipients: Recipients | None,
    confirmed: frozenset[str],
    send_after: datetime | None,
    at: datetime | None = None,
    via: str = "",
    asking: letters.Asking | None = None,
    sorry_by: datetime | None = None,
) -> Message:
    """The letter of an answer, in a case that is held; ``asking``: with the question whether all is solved.

    ``sorry_by``: with an apology for a broken promise, and this one in its place.
    The question and a link are for the customer alone: whoever else gets the letter reads the words without them.
    """
    conversation, points = conversation_by(case, via), points_at_hand(case.customer_id)
    recipients = _confirmed(recipients, recipients_of_answer(conversation, bounces=bounces_in(points)), confirmed)
    author = agent_by_id(actor.agent_id)
    with translation.override(case.customer.language):
        around = letters.answer(case, conversation, author, recipients, points, asking, sorry_by=sorry_by)
    message = send(
        conversation=conversation,
        text=text.strip(),
        purpose=Message.Purpose.ANSWER,
        actor=actor,
        author=author,
        subject=around.subject,
        recipients=recipients,
        files=files,
        send_after=send_after if recipients.addresses else None,
        at=at,
        sheet=around.sheet,
    )
    assert message is not None, "an answer is written even if it may not leave"
    _written(case, message, actor, leaves=bool(recipients.addresses))
    return message


def _written(case: Case, message: Message, actor: Actor, *, leaves: bool) -> None:
    announce(Replied(case_id=case.pk, customer_id=case.customer_id, message_id=message.pk), actor=actor)
    if leaves:
        Case.objects.filter(pk=case.pk).update(updated_at=timezone.now())
    else:  # nothing will be handed over: told by phone, or kept for the program that asks
        keep_promise(case=case, answer_id=message.pk)
    if told_already(case, actor=actor, text=message.text):
        happened = ToldAgain(case_id=case.pk, customer_id=case.customer_id, because="asked", message_id=message.pk)
        announce(happened, actor=actor)
    note_quotes(text=message.text, case_id=case.pk, actor=actor)
    forget_draft(case=case, actor=actor, kind="reply")


def check_words(text: str, missing: str) -> None:
    if not text.strip():
        raise Refusal("text_missing", missing, fields={"text": missing})


def _confirmed(chosen: Recipients | None, natural: Recipients, confirmed: frozenset[str]) -> Recipients:
    """Who the letter goes to. Raises ``Refusal('recipient_not_confirmed' | 'no_copies_here')``."""
    if chosen is None:
        return natural
    if natural.via is not None and chosen.addresses - natural.addresses:
        raise Refusal(
            "no_copies_here", _("Nobody can read along in this channel: the answer goes to the customer alone.")
        )
    strangers = chosen.addresses - natural.addresses - confirmed
    if strangers:
        listed = ", ".join(sorted(strangers))
        raise Refusal(
            "recipient_not_confirmed",
            _("Confirm that this letter may also go to %(addresses)s.") % {"addresses": listed},
        )
    return replace(chosen, via=natural.via, heard=natural.heard, bounces=natural.bounces)


def leaves_at(send_at: datetime | None, *, is_undoable: bool) -> datetime | None:
    """When a letter leaves at the earliest, None for at once. Raises ``Refusal('send_at_invalid')``."""
    now = timezone.now()
    if send_at is not None:
        if not now < send_at < now + _LATEST_SEND:
            text = _("Choose a moment in the future.")
            raise Refusal("send_at_invalid", text, fields={"send_at": text})
        return send_at
    seconds = int(policy("reach.undo_seconds"))
    return now + timedelta(seconds=seconds) if is_undoable and seconds > 0 else None


@in_one
def note(
    *,
    case: Case,
    actor: Actor,
    text: str,
    files: Sequence[IncomingFile] = (),
    at: datetime | None = None,
    **seen: Unpack[Seen],
) -> Message:
    """A note to colleagues; ``@name`` or ``@e-mail`` alerts those who may see the case (``not_told`` names the others).

    It never leaves the house.
    """
    hold(case, actor=actor, permission="cases.note", even_spam=True, **seen)
    check_words(text, _("The note is empty."))
    conversation = conversation_to_answer(case)
    message = write_note(conversation=conversation, text=text.strip(), actor=actor, files=files, at=at)
    Case.objects.filter(pk=case.pk).update(updated_at=timezone.now())
    announce(Noted(case_id=case.pk, customer_id=case.customer_id, message_id=message.pk), actor=actor)
    agents, _ambiguous = _mentioned(text, except_agent=actor.pk)
    for agent in agents:
        if may_see(actor_for(agent), case):
            alert(agent=agent, case=case, reason=Alert.Reason.MENTION, source=str(message.pk))
    forget_draft(case=case, actor=actor, kind="note")
    return message


def not_told(*, case: Case, actor: Actor, text: str) -> list[NotTold]:
    """Whom a note of this author names in vain: who may not see the case, and first names that several bear."""
    agents, ambiguous = _mentioned(text, except_agent=actor.pk)
    unseeing = [agent for agent in agents if not may_see(actor_for(agent), case)]
    return [
        *(NotTold(name=agent.name, email=agent.email, reason="may_not_see") for agent in unseeing),
        *(NotTold(name=name, email="", reason="ambiguous") for name in ambiguous),
    ]


def _mentioned(text: str, *, except_agent: int | None) -> tuple[list[Agent], list[str]]:
    """Whom a note names, by e-mail or by a first name that only one bears; and the names that several bear."""
    names = {match.lower() for match in _MENTION.findall(text)}
    if not names:
        return [], []
    others = [agent for agent in Agent.objects.filter(is_active=True).order_by("id") if agent.pk != except_agent]
    found = {agent.pk: agent for agent in others if agent.email in names}
    bearers: dict[str, list[Agent]] = defaultdict(list)
    for agent in others:
        if agent.first_name.lower() in names:
            bearers[agent.first_name.capitalize()].append(agent)
    found |= {alone[0].pk: alone[0] for alone in bearers.values() if len(alone) == 1}
    return list(found.values()), [name for name, several in bearers.items() if len(several) > 1]


@in_one
def retry_undelivered(*, delivery: Delivery, actor: Actor, address: str = "") -> None:
    """Send a letter that did not arrive once more; the customer's corrected ``address`` becomes one of their own.

    A corrected address of somebody in copy does not: it would open the customer's letters to a third person.

    Raises ``Refusal('not_found' | 'email_invalid' | 'address_taken' | 'changed_meanwhile' | 'address_bounces' |
    'is_spam')``.
    """
    case = delivery.message.conversation.thread.case
    require_case(actor, "cases.reply", case)
    check_no_spam(case)
    if address and delivery.role == Delivery.Role.TO:
        address = add_contact_point(customer=case.customer, kind="email", value=address, actor=actor).value
    retry_delivery(delivery=delivery, actor=actor, address=address)
    if not undelivered_in(conversation_ids(case)).exists():
        settle_undelivered(case=case, actor=actor)


@in_one
def believe_it_arrived(*, delivery: Delivery, actor: Actor) -> None:
    """Somebody has looked: a word of which nobody knew whether it arrived is there.

    Raises ``Refusal('changed_meanwhile' | 'is_spam')``.
    """
    case = delivery.message.conversation.thread.case
    require_case(actor, "cases.reply", case)
    check_no_spam(case)
    believe_arrived(delivery=delivery, actor=actor)
    if not undelivered_in(conversation_ids(case)).exists():
        settle_undelivered(case=case, actor=actor)


@in_one
def settle_undelivered(*, case: Case, actor: Actor) -> None:
    """The customer was reached another way: the mark goes, the letter stays as it is."""
    require_case(actor, "cases.reply", case)
    if Case.objects.filter(pk=case.pk, is_undelivered=True).update(is_undelivered=False, updated_at=timezone.now()):
        announce(CaseEdited(case_id=case.pk, customer_id=case.customer_id, fields=["is_undelivered"]), actor=actor)


@in_one
def unsettle_undelivered(*, case: Case, actor: Actor) -> None:
    """Take back that the customer was reached another way: letters that did not arrive are told again.

    Raises ``Refusal('changed_meanwhile')`` when there is none, or the mark stands already.
    """
    require_case(actor, "cases.reply", case)
    unsettled = Case.objects.filter(pk=case.pk, is_undelivered=False)
    if not undelivered_in(conversation_ids(case)).exists() or not unsettled.update(
        is_undelivered=True, updated_at=timezone.now()
    ):
        raise Refusal("changed_meanwhile", _("This letter has gone on its way meanwhile."))
    announce(CaseEdited(case_id=case.pk, customer_id=case.customer_id, fields=["is_undelivered"]), actor=actor)


@in_one
def save_draft(*, case: Case, actor: Actor, kind: str, text: str, was: str | None = None) -> Draft:
    """Keep what an agent is typing; an empty text without files forgets it.

    ``was``: the ``version`` from which this text was written, None to overwrite whatever stands there.
    Raises ``Refusal('merged_already')``, and ``'changed_meanwhile'`` when another page has saved other words since.
    """
    require_case(actor, "cases.reply", case)
    check_goes_on(case)
    text = text.replace("\0", "")[:100_000]  # PostgreSQL keeps no NUL
    held = Draft.objects.select_for_update()
    draft, is_new = held.get_or_create(case=case, agent_id=actor.agent_id, kind=kind, defaults={"text": text})
    if not is_new:
        if was is not None and was != draft.version and draft.text not in {"", text}:
            raise Refusal("changed_meanwhile", _("This draft was changed in another tab."))
        draft.text = text
        draft.save(update_fields=["text", "saved_at"])
    if not text.strip() and not draft.files.exists():
        draft.delete()
    return draft


def forget_draft(*, case: Case, actor: Actor, kind: str) -> None:
    Draft.objects.filter(case=case, agent_id=actor.agent_id, kind=kind).delete()


def look(*, case: Case, actor: Actor, is_typing: bool = False) -> None:
    """Say that the agent looks at the case now; colleagues who look too hear of a change."""
    require_case(actor, "cases.note", case)
    known = Presence.objects.filter(case=case, agent_id=actor.agent_id).first()
    is_news = known is None or known.is_typing != is_typing or known.seen_at < timezone.now() - LOOKING
    Presence.objects.update_or_create(case=case, agent_id=actor.agent_id, defaults={"is_typing": is_typing})
    if is_news:
        whisper("cases.looking", case_id=case.pk, actor=actor)


def leave(*, case: Case, actor: Actor) -> None:
    if Presence.objects.filter(case=case, agent_id=actor.agent_id).delete()[0]:
        whisper("cases.looking", case_id=case.pk, actor=actor)
