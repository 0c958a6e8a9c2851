"""A lead answers the letter itself. Only what certainly comes from that lead, and says so clearly, gives anything."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation

from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.goodwill.actions.asking import answer_asked
from otklik.goodwill.models import AskedLead, LeadsLetter
from otklik.goodwill.understanding import understood
from otklik.reach.adapters.incoming import Incoming
from otklik.team.queries import actor_for

_MOST = 10
_WHILE = timedelta(days=1)
_LONGEST_ID = 400


@in_one
def hear_lead(*, asked_id: int, letter: Incoming) -> LeadsLetter | None:
    """What a letter to a question means, done at once; the row says what became of it.

    The same letter twice is the same row. None for a machine's letter, for the answer to a question that is not there,
    of a colleague who has left, and for more letters in a day than a person writes.
    """
    rows = AskedLead.objects.select_for_update(of=("self",), no_key=True)
    asked = rows.select_related("lead", "gesture__case__customer", "gesture__gift").filter(pk=asked_id).first()
    if asked is None or letter.is_automatic or not asked.lead.is_active:
        return None
    letter_id = letter.external_id[:_LONGEST_ID]
    known = LeadsLetter.objects.filter(asked=asked, letter_id=letter_id).first()
    if known is not None:
        return known
    if LeadsLetter.objects.filter(asked=asked, at__gte=timezone.now() - _WHILE).count() >= _MOST:
        return None
    with translation.override(asked.lead.language):
        became = _act(asked, letter)
    return LeadsLetter.objects.create(asked=asked, letter_id=letter_id, became=became, at=timezone.now())


def _act(asked: AskedLead, letter: Incoming) -> str:
    """Does what the letter says; a code of what became of it."""
    if letter.sender.email != asked.lead.email.lower():
        return "not_theirs"
    if not letter.verdicts.is_proven:
        return "not_proven"
    said = understood(letter.own_text)
    if said is None:
        return "unclear"
    try:
        with transaction.atomic():
            answer_asked(
                gesture=asked.gesture,
                is_yes=said.is_yes,
                words=said.words,
                amount=said.amount,
                actor=actor_for(asked.lead),
            )
    except Refusal as refusal:
        return refusal.code
    return "yes" if said.is_yes else "no"


@transaction.atomic
def take_up_word_back(*, letter: LeadsLetter) -> bool:
    """The lead is about to be told what became of their letter; False when they were."""
    return bool(LeadsLetter.objects.filter(pk=letter.pk, mailed_at=None).update(mailed_at=timezone.now()))


def put_word_back(*, letter: LeadsLetter) -> None:
    """It did not leave: the next try takes it up again."""
    LeadsLetter.objects.filter(pk=letter.pk).update(mailed_at=None)
