"""Above the limits: one click asks the leads, one of them answers, and nobody is forgotten meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions import alert, make_promise, reply
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.cases.vows import VowKind
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.goodwill.actions import ledger
from otklik.goodwill.actions.giving import (
    Wish,
    about,
    announce_given,
    check_untied,
    checked,
    given_before,
    hold_limit,
    key_of,
)
from otklik.goodwill.events import AnswerOverdue, LeadAnswered, LeadAsked, Withdrawn
from otklik.goodwill.models import AskedLead, Gesture
from otklik.goodwill.money import money
from otklik.goodwill.queries import usual_answer_by
from otklik.team.models import Agent
from otklik.team.queries import leads_of

_LATEST = timedelta(days=30)
_State = Gesture.State


@in_one
def ask_lead(*, case: Case, wish: Wish, actor: Actor, answer_by: datetime | None = None, told: str = "") -> Gesture:
    """Ask the leads of the team whether this may be given; they are told at the desk and by letter.

    ``answer_by``: when whoever asks will hear, None for as soon as the house promises. ``told``: a letter in which the
    actor says to the customer when they will hear; then the case promises its next word by that moment. Raises what
    ``give`` raises of a wish, ``'reason_missing'``, ``'answer_by_invalid'``, ``'nobody_to_ask'``, ``'asked_already'``.
    """
    require_case(actor, "goodwill.give", case)
    amount = checked(case, wish)
    check_untied(told=told)
    if not wish.reason.strip():
        said = _("Say why it is right for this customer: that is what your lead decides by.")
        raise Refusal("reason_missing", said, fields={"reason": said})
    now = timezone.now()
    moment = _moment(case, answer_by, now)
    key = key_of(wish, actor)
    hold_limit(actor)
    if (known := given_before(key, case=case, wish=wish, amount=amount)) is not None:
        return known
    if Gesture.objects.filter(case=case, gift=wish.gift, state=_State.WAITING).exists():
        raise asked_already()
    leads = _leads(case, actor)
    gesture = Gesture.objects.create(
        state=_State.WAITING,
        agent_id=actor.agent_id,
        asked_at=now,
        answer_by=moment,
        **about(case, wish, amount, key),
    )
    _ask(gesture, leads, actor)
    if told.strip():
        _promise(case, actor, told, moment)
    return gesture


def _promise(case: Case, actor: Actor, told: str, moment: datetime) -> None:
    """The customer hears when they will hear, and the case promises it as its next word."""
    letter = reply(case=case, actor=actor, text=told)
    if not case.is_closed:
        make_promise(case=case, actor=actor, kind=VowKind.NEXT_WORD, by=moment, letter_id=letter.pk)


def asked_already() -> Refusal:
    return Refusal("asked_already", _("A lead has been asked about this already, and has not answered yet."))


def _moment(case: Case, answer_by: datetime | None, now: datetime) -> datetime:
    if answer_by is None:
        return usual_answer_by(case, now=now)
    if not now < answer_by < now + _LATEST:
        said = _("Choose a moment in the next thirty days.")
        raise Refusal("answer_by_invalid", said, fields={"answer_by": said})
    return answer_by


def _leads(case: Case, actor: Actor) -> list[Agent]:
    leads = [lead for lead in leads_of(case.team) if lead.pk != actor.pk]
    if not leads:
        raise Refusal("nobody_to_ask", _("There is no lead here to ask."))
    return leads


def _ask(gesture: Gesture, leads: Sequence[Agent], actor: Actor) -> None:
    for lead in leads:
        AskedLead.objects.create(gesture=gesture, lead=lead)
        alert(agent=lead, case=gesture.case, reason="goodwill.asked", source=str(gesture.pk))
        happened = LeadAsked(
            case_id=gesture.case_id,
            customer_id=gesture.case.customer_id,
            gesture_id=gesture.pk,
            gift_id=gesture.gift_id,
            lead_id=lead.pk,
        )
        announce(happened, actor=actor)


@in_one
def answer_asked(*, gesture: Gesture, is_yes: bool, words: str, actor: Actor, amount: int | None = None) -> Gesture:
    """A lead says yes, and it is given at once from the team's budget, or no, with a reason. Who asked is told.

    ``amount``: kopecks of a yes to less than was asked, None for all of it. Raises ``Refusal('own_wish')`` to whoever
    asked, ``'reason_missing'`` for a "no" without one, ``'amount_invalid'``, ``'answered_already'`` and
    ``'budget_spent'``, after which it still waits.
    """
    require_case(actor, "goodwill.decide", gesture.case)
    check_untied(words=words)
    if gesture.agent_id == actor.agent_id:
        raise Refusal("own_wish", _("Somebody else has to answer what you asked for."))
    if not is_yes and not words.strip():
        said = _("Say why not, so that your colleague can tell the customer.")
        raise Refusal("reason_missing", said, fields={"words": said})
    changes = _give_asked(gesture, amount, actor) if is_yes else {"state": _State.DECLINED}
    decided = {"decided_by_id": actor.agent_id, "decision": words.strip(), "decided_at": timezone.now()}
    _settle(gesture, **decided, **changes)
    _tell_of_answer(gesture, actor, is_yes=is_yes)
    return gesture


def _give_asked(gesture: Gesture, amount: int | None, actor: Actor) -> dict[str, object]:
    """Takes what a lead said yes to from the budget; what the gesture is then."""
    budget = ledger.hold_budget(gesture.team_id)
    wished = _still_waiting(gesture).amount
    given = _granted(gesture, wished, amount)
    entry = ledger.take(
        budget, given, key=f"yes:{gesture.pk}", agent_id=gesture.agent_id, approved_by_id=actor.agent_id,
        case_id=gesture.case_id, gift_id=gesture.gift_id,
    )  # fmt: skip
    less = {"amount": given, "wished": wished} if given < wished else {}
    return {"state": _State.GIVEN, "entry": entry, "given_at": timezone.now(), **less}


def _granted(gesture: Gesture, wished: int, amount: int | None) -> int:
    """How much a yes gives: all that was wished, or of an open gift less."""
    if amount is None or amount == wished:
        return wished
    if not gesture.gift.is_open:
        said = _("This costs exactly %(cost)s.") % {"cost": money(wished)}
        raise Refusal("amount_invalid", said, fields={"amount": said})
    if not 0 < amount < wished:
        said = _("From one kopeck to %(most)s.") % {"most": money(wished)}
        raise Refusal("amount_invalid", said, fields={"amount": said})
    return amount


def _still_waiting(gesture: Gesture) -> Gesture:
    rows = Gesture.objects.select_for_update(no_key=True).filter(pk=gesture.pk, state=_State.WAITING)
    if (row := rows.first()) is None:
        raise _answered_already()
    return row


def _settle(gesture: Gesture, **values: object) -> None:
    """Of two who answer at once one wins. Raises ``Refusal('answered_already')``."""
    if not Gesture.objects.filter(pk=gesture.pk, state=_State.WAITING).update(**values):
        raise _answered_already()
    gesture.refresh_from_db()


def _answered_already() -> Refusal:
    return Refusal("answered_already", _("Somebody has answered this meanwhile, or it is no longer wanted."))


def _tell_of_answer(gesture: Gesture, actor: Actor, *, is_yes: bool) -> None:
    reason = "goodwill.agreed" if is_yes else "goodwill.declined"
    alert(agent=gesture.agent, case=gesture.case, reason=reason, source=str(gesture.pk))
    ids = {"gesture_id": gesture.pk, "gift_id": gesture.gift_id}
    of_case = {"case_id": gesture.case_id, "customer_id": gesture.case.customer_id}
    announce(LeadAnswered(**of_case, **ids, is_yes=is_yes), actor=actor)
    if is_yes:
        announce_given(gesture, actor)


@in_one
def withdraw(*, gesture: Gesture, actor: Actor) -> None:
    """No answer is needed any more. Raises ``Refusal('answered_already')``; only who asked, or a lead."""
    require_case(actor, "goodwill.give", gesture.case)
    if gesture.agent_id != actor.pk:
        require(actor, "goodwill.decide")
    _settle(gesture, state=_State.WITHDRAWN)
    happened = Withdrawn(
        case_id=gesture.case_id,
        customer_id=gesture.case.customer_id,
        gesture_id=gesture.pk,
        gift_id=gesture.gift_id,
    )
    announce(happened, actor=actor)


@transaction.atomic
def tell_overdue(*, gesture: Gesture) -> None:
    """Nobody answered by the moment that was promised: the leads, and whoever asked, are told at once, one time."""
    waiting = Gesture.objects.filter(pk=gesture.pk, state=_State.WAITING, overdue_at=None)
    if not waiting.update(overdue_at=timezone.now()):
        return
    told = {agent.pk: agent for agent in (*leads_of(gesture.case.team), gesture.agent)}
    for agent in told.values():
        alert(agent=agent, case=gesture.case, reason="goodwill.overdue", source=str(gesture.pk))
    happened = AnswerOverdue(
        case_id=gesture.case_id,
        customer_id=gesture.case.customer_id,
        gesture_id=gesture.pk,
        gift_id=gesture.gift_id,
    )
    announce(happened, actor=SYSTEM)


@transaction.atomic
def take_up_letter(*, gesture_id: int, lead_id: int) -> AskedLead | None:
    """The letter to a lead is about to be sent; None when it was, or nobody waits for their answer any more."""
    unsent = AskedLead.objects.filter(gesture_id=gesture_id, lead_id=lead_id, mailed_at=None)
    if not unsent.filter(gesture__state=_State.WAITING).update(mailed_at=timezone.now()):
        return None
    rows = AskedLead.objects.select_related(
        "lead", "gesture__case__customer", "gesture__case__team__working_time", "gesture__gift", "gesture__agent"
    )
    return rows.get(gesture_id=gesture_id, lead_id=lead_id)


def put_letter_back(*, gesture_id: int, lead_id: int) -> None:
    """It did not leave: the next try takes it up again."""
    AskedLead.objects.filter(gesture_id=gesture_id, lead_id=lead_id).update(mailed_at=None)
