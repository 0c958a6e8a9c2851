"""A letter of an agent before it is sent."""

from django.db import transaction
from django.utils import translation

from otklik.cases import letters
from otklik.cases.actions.asking import question_to
from otklik.cases.actions.ways import conversation_by
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.customers.queries import points_at_hand
from otklik.foundation.actors import Actor
from otklik.reach.leaving import Preview, preview_of
from otklik.reach.queries import Recipients
from otklik.team.queries import agent_by_id


def preview_answer(
    *, case: Case, actor: Actor, text: str, recipients: Recipients, is_solving: bool = False, via: str = ""
) -> Preview:
    """Exactly what ``reply`` would send now, or ``answer_and_solve`` if ``is_solving``; nothing is kept of it.

    Raises ``Refusal('not_found')`` for who may not answer.
    """
    require_case(actor, "cases.reply", case)
    author = agent_by_id(actor.agent_id)
    asking = question_to if is_solving and case.state == Case.State.OPEN else None
    points = points_at_hand(case.customer_id)
    with translation.override(case.customer.language):
        with transaction.atomic():  # a question has a row of its own as soon as it is worded, and so has a new way
            conversation = conversation_by(case, via)
            around = letters.answer(case, conversation, author, recipients, points, asking)
            if asking or via:
                transaction.set_rollback(True)
        return preview_of(
            conversation=conversation, text=text.strip(), author=author, subject=around.subject, sheet=around.sheet
        )
