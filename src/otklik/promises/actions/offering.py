"""A promise in the words of an answer: offered to its author, who takes it as a promise of the case or does not."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions import make_promise
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.cases.vows import Vow
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.promises.events import OfferDecided, PromiseOffered
from otklik.promises.models import Offer
from otklik.promises.queries import promised_by
from otklik.reach.models import Message


@in_one
def offer_promise(*, letter_id: int) -> None:
    """Look whether an answer promises something by a moment, by the clock of the team. Safe to run twice."""
    letter = Message.objects.select_related("conversation__thread__case").get(pk=letter_id)
    case = letter.conversation.thread.case
    if letter.agent_id is None or any(one.get("letter_id") == letter_id for one in case.promised):
        return
    found = promised_by(case, letter.text, at=_leaves_at(letter))
    if found is None or found.due_at <= timezone.now():
        return
    offer, is_new = Offer.objects.get_or_create(
        letter=letter,
        defaults={
            "case": case, "agent_id": letter.agent_id, "kind": found.kind, "due_at": found.due_at,
            "words": found.words[:200],
        },
    )  # fmt: skip
    if is_new:
        happened = PromiseOffered(case_id=case.pk, customer_id=case.customer_id, offer_id=offer.pk)
        announce(happened, actor=SYSTEM)


@in_one
def decide_offer(*, offer: Offer, actor: Actor, is_taken: bool) -> Vow | None:
    """Take what the words promise as a promise of the case, or let it be.

    Raises ``Refusal('offer_is_over')`` when it was decided already or its letter was taken back, and what
    ``make_promise`` raises.
    """
    require_case(actor, "cases.promise", offer.case)
    changes = {"state": Offer.State.TAKEN if is_taken else Offer.State.DECLINED, "decided_at": timezone.now()}
    rows = Offer.objects.filter(pk=offer.pk, state=Offer.State.OPEN)
    if actor.pk != offer.agent_id or not rows.update(**changes) or (is_taken and _is_taken_back(offer)):
        raise Refusal("offer_is_over", _("This is decided already, or the letter was taken back."))
    case = offer.case
    vow = None
    if is_taken:
        vow = make_promise(case=case, actor=actor, kind=offer.kind, by=offer.due_at, letter_id=offer.letter_id)
    happened = OfferDecided(case_id=case.pk, customer_id=case.customer_id, offer_id=offer.pk, is_taken=is_taken)
    announce(happened, actor=actor)
    return vow


@in_one
def promise_what_is_said(*, case: Case, actor: Actor, letter: Message) -> Vow | None:
    """What one's own answer promises in words is a promise of the case as soon as it is written.

    None when it promises nothing. Raises what ``make_promise`` raises.
    """
    found = promised_by(case, letter.text, at=_leaves_at(letter))
    if found is None:
        return None
    return make_promise(case=case, actor=actor, kind=found.kind, by=found.due_at, letter_id=letter.pk)


def _leaves_at(letter: Message) -> datetime:
    """“Tomorrow” in a letter that is sent on Monday is Tuesday."""
    return letter.send_after or letter.at


def _is_taken_back(offer: Offer) -> bool:
    return offer.letter.deliveries.filter(state="cancelled").exists()
