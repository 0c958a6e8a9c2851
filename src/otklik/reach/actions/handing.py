"""The conversations of one customer become another's."""

from collections.abc import Collection, Sequence

from django.db import connection

from otklik.customers.models import Customer
from otklik.reach.models import Conversation

_MARK = """
    UPDATE reach_message SET people = CASE WHEN author_address <> '' AND author_address = ANY(%(theirs)s)
        THEN people - 'is_formers' ELSE people || '{"is_formers": true}' END
    WHERE conversation_id = ANY(%(conversations)s) AND direction = 'in'
"""


def hand_conversations(
    *, conversation_ids: Sequence[int], customer: Customer, address: str, theirs: Collection[str]
) -> None:
    """Answers go by letter to ``address`` from now on, whatever the channel was.

    What was not said from ``theirs`` is marked as the former customer's.

    A marked word counts as heard, but it names no recipients and is not shown to the new customer.
    """
    rows = Conversation.objects.filter(pk__in=conversation_ids)
    rows.update(customer=customer, address=address, is_sender_trusted=True, peer="")
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"theirs": list(theirs), "conversations": list(conversation_ids)})
