"""A broken promise is answered for: one letter in a person's own words, with a new moment that is promised by it."""

from datetime import datetime
from typing import Unpack

from django.utils import translation
from django.utils.translation import gettext as _

from otklik.cases import letters
from otklik.cases.actions.answering import check_words, leaves_at, write_answer
from otklik.cases.actions.holding import hold
from otklik.cases.actions.vowing import check_moment, check_open, make_promise
from otklik.cases.models import Case
from otklik.cases.queries import Seen, conversation_to_answer, require_case
from otklik.cases.vows import VowKind
from otklik.customers.queries import bounces_in, points_at_hand
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.reach.leaving import Preview, preview_of
from otklik.reach.models import Message
from otklik.reach.queries import recipients_of_answer
from otklik.team.queries import agent_by_id


@in_one
def answer_for_it(
    *, case: Case, actor: Actor, text: str, by: datetime, is_undoable: bool = False, **seen: Unpack[Seen]
) -> Message:
    """Say sorry as ``reply`` answers, and promise the next word by a new moment; the letter shows it.

    Raises what ``reply`` and ``make_promise`` raise.
    """
    hold(case, actor=actor, permission="cases.reply", **seen)
    check_open(case)
    check_words(text, _("Write a word to the customer first."))
    message = write_answer(
        case=case,
        actor=actor,
        text=text,
        files=(),
        recipients=None,
        confirmed=frozenset(),
        send_after=leaves_at(None, is_undoable=is_undoable),
        sorry_by=check_moment(by),
    )
    make_promise(case=case, actor=actor, kind=VowKind.NEXT_WORD, by=by, letter_id=message.pk)
    return message


def preview_apology(*, case: Case, actor: Actor, text: str, by: datetime) -> Preview:
    """Exactly what ``answer_for_it`` would send now; nothing is kept of it."""
    require_case(actor, "cases.reply", case)
    conversation, author = conversation_to_answer(case), agent_by_id(actor.agent_id)
    points = points_at_hand(case.customer_id)
    recipients = recipients_of_answer(conversation, bounces=bounces_in(points))
    with translation.override(case.customer.language):
        around = letters.answer(case, conversation, author, recipients, points, sorry_by=by)
        return preview_of(
            conversation=conversation, text=text.strip(), author=author, subject=around.subject, sheet=around.sheet
        )
