"""A letter of ours at the moment it leaves: what its head and body need, read in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from otklik.customers.models import Customer
from otklik.reach.models import Conversation, Message
from otklik.reach.queries import inbox_by_id


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A letter of ours as its head and body need it; ``references`` are the Message-IDs said before, oldest first."""

    message: Message
    references: Sequence[str]
    has_files: bool


_LEAVING = """
    SELECT conversation.id, conversation.inbox_id, customer.id, customer.language,
        ARRAY(
            SELECT external_id FROM (
                SELECT id, external_id FROM reach_message earlier
                WHERE earlier.conversation_id = message.conversation_id AND earlier.id < message.id
                    AND direction <> 'note'
                ORDER BY id DESC LIMIT 10
            ) said WHERE strpos(external_id, '@') > 0 ORDER BY id
        ),
        EXISTS (SELECT FROM reach_attachment WHERE message_id = message.id),
        message.external_id, message.in_reply_to, message.subject, message.text, message.full_text, message.footer,
        message.author_name, message.purpose
    FROM reach_message message
    JOIN reach_conversation conversation ON conversation.id = message.conversation_id
    JOIN customers_customer customer ON customer.id = conversation.customer_id
    WHERE message.id = %s
"""
_LEAVING_FIELDS = ("external_id", "in_reply_to", "subject", "text", "full_text", "footer", "author_name", "purpose")


def letter_leaving(message_id: int) -> Leaving:
    """One statement instead of four, for it is asked for every letter; the message knows only what a letter needs."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVING, [message_id])
        conversation_id, inbox_id, customer_id, language, references, has_files, *words = cursor.fetchone()
    conversation = Conversation(
        pk=conversation_id, inbox=inbox_by_id(inbox_id), customer=Customer(pk=customer_id, language=language)
    )
    message = Message(pk=message_id, conversation=conversation, **dict(zip(_LEAVING_FIELDS, words, strict=True)))
    return Leaving(message=message, references=references, has_files=has_files)
