"""What was said by phone or in person in a known case, written down by whoever spoke: heard and told like any word."""

from typing import Unpack

from django.utils.translation import gettext as _

from otklik.cases.actions.answering import check_words, write_answer
from otklik.cases.actions.holding import hold
from otklik.cases.actions.opening import hear
from otklik.cases.models import Case
from otklik.cases.queries import Seen, conversation_to_answer
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.reach.actions import retell, said_aloud
from otklik.reach.models import Message
from otklik.reach.queries import Recipients


@in_one
def hear_aloud(*, case: Case, actor: Actor, text: str, way: str, **seen: Unpack[Seen]) -> Message:
    """What the customer said: a finished case comes back, a waiting one is owed a word. ``way``: 'phone', 'visit'.

    It stands where the customer spoke last, so that the next letter finds its way. Raises ``Refusal('text_missing' |
    'changed_meanwhile' | 'merged_already' | 'is_spam')``.
    """
    hold(case, actor=actor, permission="cases.reply", **seen)
    check_words(text, _("Write what was said."))
    message = retell(conversation=conversation_to_answer(case), text=text.strip(), way=way, actor=actor)
    hear(case=case, message=message)
    return message


@in_one
def tell_aloud(*, case: Case, actor: Actor, text: str, way: str, **seen: Unpack[Seen]) -> Message:
    """What we said to the customer: an answer that needs no letter. Raises as ``hear_aloud`` does."""
    hold(case, actor=actor, permission="cases.reply", **seen)
    check_words(text, _("Write what was said."))
    message = write_answer(
        case=case,
        actor=actor,
        text=text,
        files=(),
        recipients=Recipients(to=()),
        confirmed=frozenset(),
        send_after=None,
    )
    said_aloud(message=message, way=way, actor=actor)
    return message
