"""What is said without a letter: on the form, on a customer's page, by phone, among colleagues."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.events.announcing import announce
from otklik.foundation.files.keeping import keep_file
from otklik.foundation.text.language import VERSION, searchable
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.events import MessageReceived
from otklik.reach.models import Attachment, Conversation, Inbox, Message
from otklik.reach.threads import new_message_id

LONGEST_TEXT: Final = 500_000


def vector(*texts: str) -> SearchVector:
    """The search value of texts, made by ``foundation.text.language``."""
    return SearchVector(Value(searchable(*texts)), config="simple")


def attach(message: Message, files: Iterable[IncomingFile]) -> None:
    rows = [
        Attachment(
            message=message,
            file=keep_file(file.content, declared_type=file.content_type),
            name=(file.name or "file")[:255],
            content_type=file.content_type[:150],
            content_id=file.content_id[:255],
            is_inline=file.is_inline,
        )
        for file in files
    ]
    Attachment.objects.bulk_create(rows)


@in_one
def start_conversation(
    *,
    customer: Customer,
    inbox: Inbox,
    subject: str,
    text: str,
    address: str = "",
    files: Sequence[IncomingFile] = (),
    external_id: str = "",
    at: datetime | None = None,
) -> Message:
    """A customer's first word that came without a letter: the form, the API, the phone. The caller opens its case."""
    conversation = Conversation.objects.create(
        inbox=inbox,
        customer=customer,
        address=address,
        subject=subject[:300],
        **({"created_at": at} if at else {}),
    )
    message = say(conversation=conversation, text=text, subject=subject, files=files, external_id=external_id, at=at)
    announce_received(message, conversation, is_new=True, is_taken=True)
    return message


@in_one
def begin_conversation(*, customer: Customer, inbox: Inbox, address: str, subject: str) -> Conversation:
    """A conversation in which we speak first; whoever calls sends its first word. What comes back opens a case."""
    return Conversation.objects.create(inbox=inbox, customer=customer, address=address, subject=subject[:300])


@in_one
def hear_on_page(
    *,
    conversation: Conversation,
    text: str,
    files: Sequence[IncomingFile] = (),
    external_id: str = "",
    at: datetime | None = None,
) -> Message:
    """A customer's further word, written on their own signed page."""
    message = say(conversation=conversation, text=text, files=files, external_id=external_id, at=at)
    announce_received(message, conversation, is_new=False)
    return message


def say(
    *,
    conversation: Conversation,
    text: str,
    subject: str = "",
    files: Sequence[IncomingFile] = (),
    external_id: str = "",
    at: datetime | None = None,
) -> Message:
    moment: dict[str, Any] = {"at": at} if at else {}
    message = Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.IN,
        author_name=conversation.customer.name,
        author_address=conversation.address,
        external_id=external_id or new_message_id("word"),
        subject=subject[:300],
        text=text[:LONGEST_TEXT],
        full_text=text[:LONGEST_TEXT],
        search=vector(subject, text, *(file.name for file in files)),
        search_version=VERSION,
        **moment,
    )
    attach(message, files)
    return message


@in_one
def retell(
    *, conversation: Conversation, text: str, way: str, actor: Actor, files: Sequence[IncomingFile] = ()
) -> Message:
    """What a customer said by phone or in person (``way``), as an agent wrote it down. The caller tells its case."""
    message = say(conversation=conversation, text=text, files=files)
    said_aloud(message=message, way=way, actor=actor)
    announce_received(message, conversation, is_new=False, is_taken=True)
    return message


def said_aloud(*, message: Message, way: str, actor: Actor) -> None:
    """Nobody wrote it to the other: it was said, and ``actor`` wrote it down."""
    message.people = {**message.people, "aloud": {"way": way, "by": actor.name}}
    Message.objects.filter(pk=message.pk).update(people=message.people)


@in_one
def write_note(
    *,
    conversation: Conversation,
    text: str,
    actor: Actor,
    files: Sequence[IncomingFile] = (),
    at: datetime | None = None,
) -> Message:
    """What staff say to each other; a database trigger refuses to deliver it."""
    moment: dict[str, Any] = {"at": at} if at else {}
    message = Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.NOTE,
        agent_id=actor.pk if actor.is_agent else None,
        author_name=actor.name,
        external_id=new_message_id("note"),
        text=text,
        full_text=text,
        search=vector(text),
        search_version=VERSION,
        **moment,
    )
    attach(message, files)
    return message


def announce_received(
    message: Message, conversation: Conversation, *, is_new: bool, is_taken: bool = False, is_history: bool = False
) -> None:
    happened = MessageReceived(
        customer_id=conversation.customer_id,
        message_id=message.pk,
        conversation_id=conversation.pk,
        is_new_conversation=is_new,
        is_taken=is_taken,
        is_history=is_history,
    )
    announce(happened, actor=SYSTEM)
