"""Writing a talk down: in a known case, or as the first word of a new one. What was promised becomes a promise."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Unpack

from django.utils.translation import gettext as _

from otklik.calls.actions.owing import settle_call_backs
from otklik.calls.events import TalkNoted
from otklik.calls.models import Call, Talk, WalkIn
from otklik.calls.queries import NOTED, owner_of
from otklik.calls.values import Direction, Outcome, Way
from otklik.cases.actions import alert, hear_aloud, make_promise, mark_solved, open_for_customer, tell_aloud
from otklik.cases.models import Case
from otklik.cases.queries import Seen, require_case
from otklik.cases.vows import VowKind
from otklik.customers.actions import identify, meet_stranger, normalise
from otklik.customers.models import Customer
from otklik.customers.queries import email_of
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.reach.actions import said_aloud
from otklik.reach.models import Message

_LONGEST_TALK: Final = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A talk as somebody tells it. ``said``: by the customer, ``told``: by us, either may be ''.

    ``promised_at``: by when we promised what, of ``promise`` (a ``VowKind``). ``call`` and ``walk_in``: what it was the
    talk of, as far as the house had heard of it.
    """

    way: str
    direction: str = Direction.IN
    said: str = ""
    told: str = ""
    promised_at: datetime | None = None
    promise: str = VowKind.NEXT_WORD
    is_solved: bool = False
    seconds: int | None = None
    call: Call | None = None
    walk_in: WalkIn | None = None

    @property
    def outcome(self) -> Outcome:
        if self.is_solved:
            return Outcome.SOLVED
        return Outcome.PROMISED if self.promised_at else Outcome.NOTED


@in_one
def note_talk(*, case: Case, actor: Actor, spoken: Spoken, **seen: Unpack[Seen]) -> Talk:
    """A further call or visit in a known case. Its owner is told, unless they spoke themselves.

    Raises ``Refusal('way_unknown' | 'direction_unknown' | 'text_missing' | 'promised_and_solved')`` and what the cases
    refuse: 'not_found', 'is_spam', 'merged_already', 'changed_meanwhile', the promises' and the solving's.
    """
    require_case(actor, "calls.note", case)
    _check(spoken)
    word = answer = None
    if spoken.said.strip():
        word = hear_aloud(case=case, actor=actor, text=spoken.said, way=spoken.way, **seen)
    if spoken.told.strip():
        unread = {} if word else seen
        answer = tell_aloud(case=case, actor=actor, text=spoken.told, way=spoken.way, **unread)
    return _written(case, actor, spoken, word, answer)


@in_one
def note_first_talk(*, customer: Customer, actor: Actor, spoken: Spoken, subject: str = "") -> Talk:
    """The first word of a new matter; it has an owner at once. Raises as ``note_talk`` does."""
    require(actor, "calls.note")
    _check(spoken)
    case, word = open_for_customer(
        customer=customer,
        subject=subject,
        text=spoken.said,
        actor=actor,
        address=email_of(customer),
        channel=spoken.way,
    )
    said_aloud(message=word, way=spoken.way, actor=actor)
    answer = tell_aloud(case=case, actor=actor, text=spoken.told, way=spoken.way) if spoken.told.strip() else None
    return _written(case, actor, spoken, word, answer)


@in_one
def meet_caller(*, name: str, phone: str, actor: Actor) -> Customer:
    """Somebody new whom an agent speaks with. Raises ``Refusal('number_is_known' | 'phone_invalid')``.

    A number that stands in somebody's file joins nobody with them: the agent chooses that person, or leaves it out.
    """
    require(actor, "calls.note")
    if not phone.strip():
        return meet_stranger(name=name)
    number = normalise("phone", phone)
    if owner_of(number) is not None:
        text = _("This number stands in somebody's file. Choose that person, or leave the number out.")
        raise Refusal("number_is_known", text, fields={"phone": text})
    return identify(kind="phone", value=number, name=name)


@in_one
def note_wrong_number(*, actor: Actor, call: Call | None = None, seconds: int | None = None) -> Talk:
    """They had dialled wrong: no case comes of it. Raises ``Refusal('not_allowed' | 'noted_already')``."""
    require(actor, "calls.note")
    by = actor.pk if actor.is_agent else None
    talk = Talk.objects.create(
        way=Way.PHONE, direction=Direction.IN, outcome=Outcome.WRONG, agent_id=by, seconds=_measured(seconds)
    )
    _join(talk, Spoken(way=Way.PHONE, call=call))
    announce(TalkNoted(talk_id=talk.pk, agent_id=by, way=Way.PHONE), actor=actor)
    return talk


def _check(spoken: Spoken) -> None:
    if spoken.way not in set(Way):
        raise Refusal("way_unknown", _("A talk is by phone (phone) or in person (visit)."))
    if spoken.direction not in set(Direction) or (spoken.way, spoken.direction) == (Way.VISIT, Direction.OUT):
        text = _("Say who began: the customer (in) or we (out). To a visit they come.")
        raise Refusal("direction_unknown", text, fields={"direction": text})
    if not spoken.said.strip() and not spoken.told.strip():
        text = _("Write what was said.")
        raise Refusal("text_missing", text, fields={"text": text, "said": text})
    if spoken.is_solved and spoken.promised_at:
        raise Refusal("promised_and_solved", _("Either it is solved, or something is still promised."))


def _written(case: Case, actor: Actor, spoken: Spoken, word: Message | None, answer: Message | None) -> Talk:
    if spoken.way == Way.PHONE:
        settle_call_backs(case=case, actor=actor, call=spoken.call)
    if spoken.promised_at is not None:
        last = answer or word
        make_promise(
            case=case,
            actor=actor,
            kind=spoken.promise,
            by=spoken.promised_at,
            about=spoken.told,
            letter_id=last.pk if last else 0,
        )
    if spoken.is_solved:
        mark_solved(case=case, actor=actor, summary=spoken.told or spoken.said)
    talk = Talk.objects.create(
        case=case,
        way=spoken.way,
        direction=spoken.direction,
        outcome=spoken.outcome,
        agent_id=actor.pk if actor.is_agent else None,
        word=word,
        answer=answer,
        promised_at=spoken.promised_at,
        seconds=_measured(spoken.seconds),
    )
    _join(talk, spoken)
    happened = TalkNoted(
        case_id=case.pk, customer_id=case.customer_id, talk_id=talk.pk, agent_id=talk.agent_id, way=spoken.way
    )
    announce(happened, actor=actor)
    if case.owner_id != talk.agent_id:
        alert(agent=case.owner, case=case, reason=NOTED, source=str(talk.pk))
    return talk


def _measured(seconds: int | None) -> int | None:
    return None if seconds is None else min(max(seconds, 0), _LONGEST_TALK)


def _join(talk: Talk, spoken: Spoken) -> None:
    """What the house knew of the talk belongs to it from now on; of two who write the same down the first counts."""
    if spoken.call is not None and not Call.objects.filter(pk=spoken.call.pk, talk=None).update(talk=talk):
        raise Refusal("noted_already", _("Somebody has written this call down already."))
    if spoken.walk_in is not None:
        done = WalkIn.objects.filter(pk=spoken.walk_in.pk, talk=None)
        blank = {"name": "", "phone": "", "text": ""}
        if not done.update(talk=talk, done_at=talk.at, **blank):
            raise Refusal("noted_already", _("Somebody has written this visit down already."))
