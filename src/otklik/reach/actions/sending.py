"""What is to leave: the gate is asked, and the rows are written before anything is handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.foundation.live.bell import wake_workers
from otklik.foundation.modules import purposes
from otklik.foundation.text.language import VERSION
from otklik.reach import gate
from otklik.reach.actions.outbox import announce_undelivered
from otklik.reach.actions.words import attach, vector
from otklik.reach.adapters.compose import html_of
from otklik.reach.adapters.delivering import Verdict
from otklik.reach.adapters.incoming import Address, IncomingFile
from otklik.reach.events import MessageQueued, WordRefused
from otklik.reach.leaving import answer_subject, signed
from otklik.reach.models import Conversation, Delivery, GateRefusal, Message
from otklik.reach.queries import Recipients, last_heard, recipients_of_answer
from otklik.reach.threads import new_message_id
from otklik.team.models import Agent
from otklik.ui.letters import House, Sheet, letter_text


@dataclass(frozen=True, kw_only=True)
class _Words:
    """What a letter of ours says, and what leaves around it."""

    text: str
    purpose: str
    author: Agent | None
    subject: str
    sheet: Sheet


@in_one
def send(
    *,
    conversation: Conversation,
    text: str,
    purpose: str,
    actor: Actor = SYSTEM,
    author: Agent | None = None,
    recipients: Recipients | None = None,
    subject: str = "",
    files: Sequence[IncomingFile] = (),
    send_after: datetime | None = None,
    at: datetime | None = None,
    sheet: Sheet | None = None,
    has_job: bool = True,
) -> Message | None:
    """Queue a word to the customer; None when the gate refused all of it and it is no answer (each refusal is a row).

    ``recipients`` default to those of the message being answered. Nothing leaves before ``send_after``. Without a job
    of its own the letter is handed over by the caller, by ``deliver`` after the commit. ``sheet``: what leaves around
    the words and is not part of what was said; an ``author`` brings name and signature. Raises ``KeyError`` for a
    purpose that no app brings, ``ValueError`` when somebody must have written such a letter and nobody has.
    """
    if author is None and not purposes()[purpose].is_automatic:
        raise ValueError(f"a letter of purpose {purpose} is written by somebody")
    recipients = recipients or _natural_recipients(conversation, purpose)
    heard = recipients.heard or last_heard(conversation)
    allowed = _allowed(conversation, recipients, purpose, heard)
    has_way_back = bool(recipients.to)
    if has_way_back and not allowed and purpose != Message.Purpose.ANSWER:
        return None
    words = _Words(text=text, purpose=purpose, subject=subject, sheet=sheet or Sheet(), author=author)
    message = _write(conversation, words, heard, send_after=send_after, at=at)
    attach(message, files)
    _queue(message, allowed, has_job=has_job)
    _announce_queued(message, conversation, actor)
    if purpose == Message.Purpose.ANSWER:
        passed = {person for _role, person in allowed}
        _tell_undeliverable(message, [person for person in recipients.to if person not in passed])
    return message


def _announce_queued(message: Message, conversation: Conversation, actor: Actor) -> None:
    happened = MessageQueued(
        customer_id=conversation.customer_id,
        message_id=message.pk,
        conversation_id=conversation.pk,
        purpose=message.purpose,
    )
    announce(happened, actor=actor)


_QUEUE = """
    WITH queued AS (
        INSERT INTO reach_delivery (message_id, address, name, role, state, attempts, last_error, next_at)
        SELECT %(message)s, address, name, role, 'queued', 0, '', %(send_after)s
        FROM unnest(%(addresses)s::text[], %(names)s::text[], %(roles)s::text[]) AS people (address, name, role)
    )
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        'default', 'reach.deliver', 0, NULL, NULL, jsonb_build_object('message_id', %(message)s::bigint), %(send_after)s
    )::procrastinate_job_to_defer_v1]) WHERE %(has_job)s
"""


def _queue(message: Message, people: Sequence[tuple[str, Address]], *, has_job: bool) -> None:
    """The recipients of a letter and the job that hands it over, in one statement."""
    if not people:
        return
    values = {
        "message": message.pk,
        "send_after": message.send_after,
        "addresses": [person.email for _role, person in people],
        "names": [person.name[:200] for _role, person in people],
        "roles": [str(role) for role, _person in people],
        "has_job": has_job,
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, values)
    if has_job and message.send_after is None:
        wake_workers()


def _natural_recipients(conversation: Conversation, purpose: str) -> Recipients:
    return recipients_of_answer(conversation) if purpose == Message.Purpose.ANSWER else _customer_only(conversation)


def _customer_only(conversation: Conversation) -> Recipients:
    if not conversation.way_back:
        return Recipients(to=())
    return Recipients(to=(Address(email=conversation.way_back, name=conversation.customer.called),))


def _allowed(
    conversation: Conversation, recipients: Recipients, purpose: str, heard: Message | None
) -> list[tuple[str, Address]]:
    """The recipients whom the gate lets through, with their roles."""
    people = [(Delivery.Role.TO, person) for person in recipients.to]
    people += [(Delivery.Role.CC, person) for person in recipients.cc]
    return [
        (role, person)
        for role, person in people
        if _passes(conversation, person.email, purpose, heard, recipients.bounces)
    ]


def _has_heard_a_person(conversation: Conversation) -> bool:
    """An absence notice does not make a machine of a person who has written before."""
    return conversation.messages.filter(direction=Message.Direction.IN, automatic_because="").exists()


def _passes(
    conversation: Conversation, address: str, purpose: str, heard: Message | None, bounces: Mapping[str, str]
) -> bool:
    is_to_a_machine = heard is not None and bool(heard.automatic_because) and not _has_heard_a_person(conversation)
    verdict = gate.ask(
        conversation=conversation,
        address=address,
        purpose=purpose,
        is_to_a_machine=is_to_a_machine,
        is_silence_asked=heard is not None and bool(heard.silent_because),
        bounces=bounces,
    )
    if verdict.may_go:
        return True
    GateRefusal.objects.create(
        customer_id=conversation.customer_id,
        conversation=conversation,
        address=address,
        purpose=purpose,
        step=verdict.step,
    )
    happened = WordRefused(
        customer_id=conversation.customer_id, conversation_id=conversation.pk, purpose=purpose, step=verdict.step
    )
    announce(happened, actor=SYSTEM)
    return False


def _tell_undeliverable(message: Message, people: Sequence[Address]) -> None:
    """An answer that the gate stopped is kept as failed, so that its author sees it did not arrive."""
    for person in people:
        row = Delivery.objects.create(
            message=message,
            address=person.email,
            state=Delivery.State.FAILED,
            last_error="gate",
            verdict=Verdict.NOT_ALLOWED,
        )
        announce_undelivered(message, row.pk)


def _write(
    conversation: Conversation,
    words: _Words,
    heard: Message | None,
    *,
    send_after: datetime | None,
    at: datetime | None,
) -> Message:
    author, sheet = words.author, signed(words.sheet, words.author)
    return Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.OUT,
        purpose=words.purpose,
        agent=author,
        author_name=author.name if author else "",
        external_id=new_message_id(words.purpose),
        in_reply_to=_answered(conversation, words, heard),
        subject=words.subject or answer_subject(conversation.subject),
        text=words.text,
        full_text=_as_it_leaves(words.text, sheet),
        html=html_of(words.text),
        sheet=sheet.kept(),
        search=vector(words.text),
        search_version=VERSION,
        send_after=send_after,
        **({"at": at} if at else {}),
    )


def _answered(conversation: Conversation, words: _Words, heard: Message | None) -> str:
    """Letters name the one before them, always; in a talk only an answer points at what it answers."""
    if heard is None or (conversation.peer and words.purpose != Message.Purpose.ANSWER):
        return ""
    return heard.external_id if conversation.peer or "@" in heard.external_id else ""


def _as_it_leaves(text: str, sheet: Sheet) -> str:
    """The letter in plain text, without the links that belong to its reader alone and without the foot of the house."""
    buttons = [replace(button, url="") for button in sheet.buttons]
    kept = replace(sheet, link=None, buttons=buttons, scale=sheet.scale and replace(sheet.scale, url=""))
    return letter_text(sheet=kept, words=text, house=House(name="")).rstrip()
