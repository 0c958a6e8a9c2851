"""Saying yes: within one's limits at once, above them with a lead's word; taking it back; telling the customer."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions import reply
from otklik.cases.actions.holding import check_no_spam
from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.foundation.actors import Actor, may, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.goodwill.actions import ledger
from otklik.goodwill.events import Given, Reversed
from otklik.goodwill.guarding import ties_to_a_rating
from otklik.goodwill.models import Entry, Gesture, Gift, Limit, Situation
from otklik.goodwill.money import money
from otklik.goodwill.queries import left_of_agent

_MINE_FOR = timedelta(hours=24)
_LONGEST_KEY = 120


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to give. ``amount``: kopecks, None for what the gift costs. ``words``: the letter to go with
    it, '' for none; ``reason``: why it is right for this customer, for colleagues. ``situation``: what had happened.
    ``key``: the same key gives once."""

    gift: Gift
    amount: int | None = None
    reason: str = ""
    words: str = ""
    key: str = ""
    situation: Situation | None = None


@in_one
def give(*, case: Case, wish: Wish, actor: Actor) -> Gesture:
    """Give it now, from the budget of the case's team. The same ``key`` twice is given once.

    Raises ``Refusal('needs_a_lead')`` for a gift that only a lead gives, ``'limit_exceeded'`` above what the actor may
    give today or this month, ``'budget_spent'``; ``'tied_to_a_rating'``, ``'amount_missing' | 'amount_invalid'``,
    ``'gift_gone'``, ``'is_spam'``, and ``'idempotency_key_reused'`` for the key of another gesture.
    """
    require_case(actor, "goodwill.give", case)
    amount = checked(case, wish)
    key = key_of(wish, actor)
    hold_limit(actor)
    if (known := given_before(key, case=case, wish=wish, amount=amount)) is not None:
        return known
    _check_limits(case, wish.gift, amount, actor)
    is_told = _tell(case, wish.words, actor)
    entry = _take(case, wish.gift, amount, key=key, agent_id=actor.agent_id)
    gesture = Gesture.objects.create(
        state=Gesture.State.GIVEN,
        agent_id=actor.agent_id,
        told_at=timezone.now() if is_told else None,
        given_at=timezone.now(),
        entry=entry,
        **about(case, wish, amount, key),
    )
    announce_given(gesture, actor)
    return gesture


def checked(case: Case, wish: Wish) -> int:
    """How many kopecks it is; all that can be said about a wish before anything is held."""
    check_no_spam(case)
    if not wish.gift.is_active:
        said = _("This gift is no longer in the catalogue.")
        raise Refusal("gift_gone", said, fields={"gift": said})
    check_untied(words=wish.words, reason=wish.reason)
    return _amount(wish)


def check_untied(**texts: str) -> None:
    """Raises ``Refusal('tied_to_a_rating')`` at the field that speaks of a rating or a review."""
    for field, text in texts.items():
        if ties_to_a_rating(text):
            said = _("A gesture is never tied to a rating or a review. Leave them out of these words.")
            raise Refusal("tied_to_a_rating", said, fields={field: said})


def _amount(wish: Wish) -> int:
    gift, amount = wish.gift, wish.amount
    if gift.is_open and amount is None:
        said = _("Enter the amount.")
        raise Refusal("amount_missing", said, fields={"amount": said})
    if amount is None:
        return gift.cost
    if not gift.is_open and amount != gift.cost:
        said = _("This costs exactly %(cost)s.") % {"cost": money(gift.cost)}
        raise Refusal("amount_invalid", said, fields={"amount": said})
    if gift.is_open and not 0 < amount <= gift.cost:
        said = _("From one kopeck to %(most)s.") % {"most": money(gift.cost)}
        raise Refusal("amount_invalid", said, fields={"amount": said})
    return amount


def key_of(wish: Wish, actor: Actor) -> str:
    """Each agent has keys of their own; a wish without one is a new one each time."""
    return f"give:{actor.agent_id}:{wish.key[:_LONGEST_KEY] or uuid4()}"


def hold_limit(actor: Actor) -> None:
    """What one agent gives is counted by one at a time."""
    Limit.objects.get_or_create(agent_id=actor.agent_id)
    Limit.objects.select_for_update(no_key=True).get(pk=actor.agent_id)


def given_before(key: str, *, case: Case, wish: Wish, amount: int) -> Gesture | None:
    """What this key has given already. Raises ``Refusal('idempotency_key_reused')`` when it was something else."""
    known = Gesture.objects.filter(key=key).first()
    if known is None:
        return None
    if (known.case_id, known.gift_id, known.wished or known.amount) != (case.pk, wish.gift.pk, amount):
        raise Refusal("idempotency_key_reused", _("This idempotency key was used for another request."))
    return known


def _check_limits(case: Case, gift: Gift, amount: int, actor: Actor) -> None:
    """Whoever may decide for others is bound by the team's budget alone."""
    if may(actor, "goodwill.decide"):
        return
    if gift.needs_a_lead:
        said = _("Only a lead gives this. Ask, and say why it is right for this customer.")
        raise Refusal("needs_a_lead", said, fields={"gift": said})
    left = left_of_agent(actor.agent_id, case.team_id, now=timezone.now())
    if amount > left.day:
        said = _("You have %(left)s left today. Ask your lead, or choose something that costs less.")
        said %= {"left": money(left.day)}
        raise Refusal("limit_exceeded", said, fields={"gift": said})
    if amount > left.month:
        said = _("You have %(left)s left this month. Ask your lead, or choose something that costs less.")
        said %= {"left": money(left.month)}
        raise Refusal("limit_exceeded", said, fields={"gift": said})


def _take(case: Case, gift: Gift, amount: int, *, key: str, agent_id: int) -> Entry:
    budget = ledger.hold_budget(case.team_id)
    return ledger.take(budget, amount, key=key, agent_id=agent_id, case_id=case.pk, gift_id=gift.pk)


def about(case: Case, wish: Wish, amount: int, key: str) -> dict[str, object]:
    """What a gesture keeps of a wish."""
    return {
        "case": case, "gift": wish.gift, "team_id": case.team_id, "amount": amount, "reason": wish.reason.strip(),
        "words": wish.words.strip(), "key": key, "situation": wish.situation,
    }  # fmt: skip


def announce_given(gesture: Gesture, actor: Actor) -> None:
    happened = Given(
        case_id=gesture.case_id,
        customer_id=gesture.case.customer_id,
        gesture_id=gesture.pk,
        gift_id=gesture.gift_id,
        agent_id=gesture.agent_id,
        amount=gesture.amount,
    )
    announce(happened, actor=actor)


def _tell(case: Case, words: str, actor: Actor) -> bool:
    """The words leave as an answer in the actor's own name, through the gate like any other; False without words."""
    if not words.strip():
        return False
    reply(case=case, actor=actor, text=words)
    return True


@in_one
def tell_customer(*, gesture: Gesture, words: str, actor: Actor) -> Gesture:
    """Write to the customer what became of it, once. Raises ``Refusal('text_missing' | 'told_already')``."""
    require_case(actor, "goodwill.give", gesture.case)
    check_untied(words=words)
    if not words.strip():
        said = _("Tell the customer what was decided.")
        raise Refusal("text_missing", said, fields={"words": said})
    _tell(gesture.case, words, actor)
    decided = Gesture.objects.exclude(state=Gesture.State.WAITING)
    if not decided.filter(pk=gesture.pk, told_at=None).update(told_at=timezone.now(), words=words.strip()):
        raise Refusal("told_already", _("The customer has been told already, or nothing is decided yet."))
    gesture.refresh_from_db()
    return gesture


@in_one
def reverse_gesture(*, gesture: Gesture, reason: str, actor: Actor) -> Entry:
    """A mistake is taken back by an entry of its own: one's own within a day, later and others' by a lead.

    Raises ``Refusal('reason_missing' | 'not_given' | 'not_allowed')``; a gesture is reversed at most once.
    """
    require_case(actor, "goodwill.give", gesture.case)
    is_mine = gesture.agent_id == actor.pk and gesture.decided_by_id is None
    if not is_mine or gesture.given_at is None or gesture.given_at < timezone.now() - _MINE_FOR:
        require(actor, "goodwill.decide")
    if not reason.strip():
        said = _("Say why it is taken back.")
        raise Refusal("reason_missing", said, fields={"reason": said})
    ledger.hold_budget(gesture.team_id)
    values = {"state": Gesture.State.REVERSED, "reversed_at": timezone.now(), "reversed_because": reason.strip()}
    if not Gesture.objects.filter(pk=gesture.pk, state=Gesture.State.GIVEN).update(**values):
        raise Refusal("not_given", _("There is nothing to take back: it was not given, or it has been reversed."))
    given = Entry.objects.get(gesture=gesture)
    back = ledger.put_back(given, key=f"reverse:{given.pk}", agent_id=actor.agent_id)
    gesture.refresh_from_db()
    happened = Reversed(
        case_id=gesture.case_id,
        customer_id=gesture.case.customer_id,
        gesture_id=gesture.pk,
        gift_id=gesture.gift_id,
        amount=gesture.amount,
    )
    announce(happened, actor=actor)
    return back
