"""What the API says of cases: the contract, as types."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from pydantic import BaseModel, Field

from otklik.cases.api.deliveries import DeliveryOut, delivery_out
from otklik.cases.models import Case
from otklik.cases.queries import Promised, cases_beside, passed_on, promises_of, steps_of, where_it_went
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.events.feed import EventOut
from otklik.foundation.files.links import file_url
from otklik.reach.models import Attachment, Delivery, Message
from otklik.reach.queries import bare_id
from otklik.standards.queries import version_by_id
from otklik.team.models import Agent

type Points = dict[int, dict[str, str]]
"""Customer id → kind → their first address of that kind."""


# ── Said ──────────────────────────────────────────────────────────────────────────────────
class PersonOut(BaseModel):
    id: int
    name: str = Field(examples=["Анна Смирнова"])
    email: str = Field(examples=["anna@gorizont.example"])


class TeamOut(BaseModel):
    id: int
    name: str


class StandardHeldOut(BaseModel):
    """The version of a standard by which a case is served; a later one changes nothing until somebody takes it."""

    id: int = Field(description="Of the standard.")
    name: str = Field(examples=["Жалоба"])
    version: int = Field(examples=[4])


class StepOut(BaseModel):
    """One step of the standard that the case holds."""

    id: int = Field(examples=[1], description="Its number in this version of the standard, from 1.")
    text: str = Field(examples=["Извинились, назвав причину"])
    state: str = Field(examples=["open"], description="open, done or skipped.")
    because: str = Field(description="Why it was skipped.")
    ticked_by: str = Field(examples=["first_answer_in_time"], description="What ticks it by itself; '' for a person.")
    fact: str = Field(description="What was seen to happen and ticked it; '' when a person did.")
    by: PersonOut | None
    at: datetime | None


class CaseCustomerOut(BaseModel):
    """The customer of a case; `email` and `phone` are null when we do not know them."""

    id: int
    name: str = Field(examples=["Иван Козлов"])
    email: str | None = Field(examples=["ivan@mail.example"])
    phone: str | None = Field(examples=["+79005550142"])
    language: str = Field(examples=["ru"])


class PromiseOut(BaseModel):
    """What we have promised the customer, and what became of it; a clock that rests goes on with their word."""

    kind: str = Field(examples=["first_answer"], description="first_answer, next_word, solution, call_back or visit.")
    due_at: datetime = Field(description="While the clock rests it stands still, and moves when the clock goes on.")
    state: str = Field(examples=["running"], description="running, resting, kept or broken.")
    rests_because: str | None = Field(
        description="Why the clock rests: waits_for_customer; null while it does not.", examples=["waits_for_customer"]
    )
    about: str = Field(description="What a person promised it for; '' for what the standard promises.")
    given_at: datetime | None = Field(description="When it was given, in time or late; null before.")


class CaseOut(BaseModel):
    """One matter of one customer. `state`: `open`, `solved` (we think so), `satisfied` (the customer says so),
    `unconfirmed` (the customer was silent), `spam` (no matter of a customer; counted nowhere)."""

    number: int = Field(examples=[1042])
    state: str = Field(examples=["open"])
    subject: str = Field(examples=["Не пришёл учебник"])
    kind: str = Field(examples=["question"])
    priority: str = Field(examples=["normal"])
    channel: str = Field(examples=["email"], description="Where it began: email, form, api, http, phone or visit.")
    tags: list[str]
    owner: PersonOut
    deputy: PersonOut | None = Field(description="Who answers while the owner is away.")
    team: TeamOut
    standard: StandardHeldOut | None = Field(description="Null where the house has no standard for it.")
    customer: CaseCustomerOut
    waits_for: str = Field(examples=["us"], description="Whose move it is: us, customer or nobody.")
    came_back: int = Field(description="How many times it was opened again.")
    is_undelivered: bool = Field(description="A letter of ours did not arrive.")
    satisfaction: int | None = Field(description="1 to 5, in the customer's own word that closed the case.")
    created_at: datetime
    updated_at: datetime
    last_word_at: datetime
    first_answer_by: datetime | None = Field(
        description="When we promised the first answer; null while only machines wrote."
    )
    first_answered_at: datetime | None
    due_at: datetime | None = Field(description="The nearest promise; null while we wait for the customer.")
    solution_by: datetime
    promises: list[PromiseOut] = Field(description="In the order in which they come: none of machines and of spam.")
    solved_at: datetime | None
    closed_at: datetime | None
    merged_into: int | None = Field(description="The case in which this one goes on; null for one that was not merged.")


class AttachmentOut(BaseModel):
    name: str = Field(examples=["чек.pdf"])
    size: int = Field(description="Bytes.")
    content_type: str = Field(examples=["application/pdf"])
    url: str = Field(description="A signed address, good for two days; no token is needed.")


class ReactionOut(BaseModel):
    """A sign that somebody put on a message."""

    by: str = Field(examples=["customer"])
    sign: str = Field(examples=["👍"])


class BesidesOut(BaseModel):
    """A voice message, a place, a card, a sticker, what was passed on; an album's own id."""

    kind: str = Field(examples=["voice"])
    text: str = Field(description="What can be read of it; '' for nothing.")
    seconds: int = Field(description="How long it plays; 0 for what does not.")


class MessageOut(BaseModel):
    """What was said: by the customer (`in`), to the customer (`out`), or among colleagues (`note`)."""

    id: int
    channel: str = Field(examples=["email"], description="By which kind of channel: email, form, telegram, vk, …")
    peer: str | None = Field(description="The person's id in that channel; null where letters are written.")
    direction: str = Field(examples=["in"])
    author: str = Field(examples=["Иван Козлов"])
    author_email: str | None
    purpose: str = Field(examples=["word"], description="word, answer, acknowledgement, question, reminder, handover.")
    subject: str
    text: str = Field(description="The author's own words, without quotations and signature.")
    full_text: str
    html: str = Field(description="Cleaned; '' when the letter was plain text.")
    attachments: list[AttachmentOut]
    external_id: str = Field(
        examples=["first@mail.example"],
        description="The Message-ID without angle brackets; in other channels what the other side calls the message.",
    )
    reply_to: str | None = Field(description="`external_id` of the message that it answers.")
    edited_at: datetime | None = Field(description="When the customer changed it last.")
    removed_at: datetime | None = Field(description="When the customer took it back; it is kept for its owner.")
    reactions: list[ReactionOut]
    besides: list[BesidesOut] = Field(description="What it is or holds besides words and files.")
    received_at: datetime
    is_sender_verified: bool = Field(description="False for a word from an address that is not the customer's.")
    automatic_because: str = Field(description="Why we think that a machine wrote it; '' for people.")
    silent_because: str = Field(description="Why a person's word gets no automatic answer; '' when it does.")
    delivery: DeliveryOut | None = Field(description="Null for what did not leave.")
    case: int | None = Field(description="Number of its case; null for a moment after it arrived.")


class NotToldOut(BaseModel):
    """A mention in a note that reached nobody."""

    name: str = Field(examples=["Анна"])
    email: str = Field(description="'' when several colleagues bear the name.")
    reason: str = Field(examples=["ambiguous"], description="may_not_see, or ambiguous: several colleagues bear it.")


class WrittenOut(MessageOut):
    """The message that was written, and whom its mentions did not reach."""

    not_told: list[NotToldOut]


class PassedOnOut(BaseModel):
    """The author of a letter that a colleague passed on to us."""

    name: str = Field(examples=["Олег"])
    email: str = Field(examples=["oleg@client.example"])


class CaseWithMessagesOut(CaseOut):
    steps: list[StepOut] = Field(description="Of its standard, in their order.")
    passed_on: PassedOnOut | None = Field(
        description="Whose letter a colleague passed on, as long as the case is not theirs: the customer to give it to."
    )
    earlier: list[int] = Field(description="Numbers of the cases that went before by the same way, or began it.")
    later: list[int] = Field(description="Numbers of the cases that came after by the same way, or were split off.")
    messages: list[MessageOut] = Field(description="What was said last, oldest first.")
    messages_next: str | None = Field(description="Where `/cases/{number}/messages` goes on; null when this is all.")


class WayOut(BaseModel):
    """How an answer could reach the customer of a case."""

    key: str = Field(examples=["c17"], description="For `via` of a reply; good as long as the way is listed.")
    channel: str = Field(examples=["email"], description="Its kind: email, telegram, max, vk, http.")
    name: str = Field(examples=["Письмо"], description="What people call it.")
    to: str = Field(examples=["ivan@mail.example"], description="The address that letters go to; '' in a messenger.")
    shut: str = Field(description="Why nothing would leave by it now, in words; '' when it would.")
    is_chosen: bool = Field(description="By this one an answer leaves when none is named.")


class WaysOut(BaseModel):
    items: list[WayOut]


class Steps(BaseModel):
    items: list[StepOut]


class Cases(BaseModel):
    items: list[CaseOut]
    next: str | None


class Messages(BaseModel):
    items: list[MessageOut]
    next: str | None


class Events(BaseModel):
    items: list[EventOut]
    next: str | None


def person(agent: Agent) -> PersonOut:
    return PersonOut(id=agent.pk, name=agent.name, email=agent.email)


def standard_held(case: Case) -> StandardHeldOut | None:
    if case.standard_version_id is None:
        return None
    version = version_by_id(case.standard_version_id)
    return StandardHeldOut(id=version.standard_id, name=version.standard.name, version=version.number)


def steps_out(case: Case) -> list[StepOut]:
    steps = steps_of(case)
    people = {row.pk: row for row in Agent.objects.filter(pk__in={step.by_id for step in steps if step.by_id})}
    return [
        StepOut(
            id=step.number,
            text=step.words,
            state=step.state,
            because=step.because,
            ticked_by=step.ticked_by,
            fact=step.fact,
            by=person(people[step.by_id]) if step.by_id else None,
            at=step.at,
        )
        for step in steps
    ]


def customer_of_case(customer: Customer, points: Points) -> CaseCustomerOut:
    known = points.get(customer.pk, {})
    return CaseCustomerOut(
        id=customer.pk,
        name=customer.name,
        email=known.get(ContactPoint.Kind.EMAIL),
        phone=known.get(ContactPoint.Kind.PHONE),
        language=customer.language,
    )


def case_out(case: Case, points: Points) -> CaseOut:
    return CaseOut(**_case_values(case, points))


def case_with_messages(
    case: Case, points: Points, messages: Iterable[Message], *, messages_next: str | None
) -> CaseWithMessagesOut:
    said = [message_out(message, case=case.pk) for message in messages]
    author, beside = passed_on(case), cases_beside(case)
    return CaseWithMessagesOut(
        **_case_values(case, points),
        earlier=beside.earlier,
        later=beside.later,
        steps=steps_out(case),
        passed_on=PassedOnOut(name=author.name, email=author.email) if author else None,
        messages=said,
        messages_next=messages_next,
    )


def _case_values(case: Case, points: Points) -> dict[str, Any]:
    copied = (
        "state", "subject", "kind", "priority", "channel", "tags", "waits_for", "came_back", "is_undelivered",
        "created_at", "updated_at", "last_word_at", "first_answer_by", "first_answered_at", "due_at", "solution_by",
        "solved_at", "closed_at",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(case, name) for name in copied}
    return values | {
        "number": case.pk,
        "owner": person(case.owner),
        "deputy": person(case.deputy) if case.deputy else None,
        "team": TeamOut(id=case.team_id, name=case.team.name),
        "standard": standard_held(case),
        "customer": customer_of_case(case.customer, points),
        "satisfaction": case.word.satisfaction if case.word else None,
        "promises": [_promise(one) for one in promises_of(case, now=timezone.now())],
        "merged_into": where_it_went(case) if "merged_into" in case.custom else None,
    }


def _promise(one: Promised) -> PromiseOut:
    return PromiseOut(
        kind=one.kind,
        due_at=one.due_at,
        state=one.state,
        rests_because=one.rests_because,
        about=one.vow.about if one.vow else "",
        given_at=one.given_at,
    )


def promise_out(case: Case, kind: str) -> PromiseOut:
    """The promise of this kind as the case tells it now. Raises ``StopIteration`` when there is none."""
    return _promise(next(one for one in promises_of(case, now=timezone.now()) if one.kind == kind))


def message_out(
    message: Message,
    *,
    case: int | None,
    files: Iterable[Attachment] | None = None,
    deliveries: Iterable[Delivery] | None = None,
) -> MessageOut:
    """``files`` and ``deliveries`` are the message's own, for a caller who has them at hand."""
    files = message.attachments.all() if files is None else files
    deliveries = list(message.deliveries.all() if deliveries is None else deliveries)
    is_agents = message.agent is not None
    address = message.agent.email if message.agent else message.author_address
    return MessageOut(
        id=message.pk,
        channel=message.conversation.inbox.kind,
        peer=message.conversation.peer or None,
        direction=message.direction,
        author=message.author_name or (message.agent.name if message.agent else "") or message.author_address,
        author_email=address or None,
        purpose=message.purpose,
        subject=message.subject,
        text=message.text,
        full_text=message.full_text,
        html=message.html,
        attachments=[attachment_out(one) for one in files],
        external_id=_external_id(message, deliveries),
        reply_to=_bare(message.in_reply_to, message) or None,
        edited_at=message.edited_at,
        removed_at=message.removed_at,
        reactions=[ReactionOut(by=one["by"], sign=one["sign"]) for one in message.reactions],
        besides=[BesidesOut(**one) for one in message.besides],
        received_at=message.at,
        is_sender_verified=is_agents or message.is_sender_verified,
        automatic_because=message.automatic_because,
        silent_because=message.silent_because,
        delivery=delivery_out(deliveries) if message.direction == Message.Direction.OUT else None,
        case=case,
    )


def _external_id(message: Message, deliveries: Iterable[Delivery]) -> str:
    """What the other side calls it, as soon as that is known."""
    taken = next((name for one in deliveries for name in one.taken if name), "")
    return taken or _bare(message.external_id, message)


def _bare(external_id: str, message: Message) -> str:
    """Without the mark that tells the ids of several doors apart."""
    inbox = message.conversation.inbox
    return (bare_id(external_id, inbox) if message.conversation.peer else "") or external_id


def attachment_out(row: Attachment) -> AttachmentOut:
    url = settings.BASE_URL + file_url(row.file, row.name)
    return AttachmentOut(name=row.name, size=row.file.size, content_type=row.content_type, url=url)
