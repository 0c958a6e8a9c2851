"""Reading calls, what we owe, who stands at a counter; nobody's case is seen here by whoever may not see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.calls.models import Call, CallBack, Counter, Extension, Talk, WalkIn
from otklik.calls.slots import Slot, slots
from otklik.cases.models import Case
from otklik.cases.queries import is_seen, visible_to
from otklik.cases.vows import Vow, VowKind, running
from otklik.customers.models import Customer
from otklik.customers.queries import by_address, found, in_sight, tier_of
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.manifest import Person
from otklik.foundation.policies import policy
from otklik.reach.models import Inbox
from otklik.team.models import Agent
from otklik.team.queries import first_team, here_in, serving

NOTED: Final = "calls.noted"
"""A kind of alerts."""
RINGS_FOR_AT_MOST: Final = timedelta(minutes=3)
"""A call that nobody has told the end of rings no longer."""
_TALKS_FOR_AT_MOST: Final = timedelta(hours=3)
_MOST_FOUND: Final = 8
_MOST_CASES: Final = 6
_GOING_ON: Final = (Case.State.OPEN, Case.State.SOLVED)


# ── Whose number, and which case ──────────────────────────────────────────────────────────
def owner_of(phone: str) -> Customer | None:
    """In whose file this number stands; the number that a call shows may be anybody's all the same."""
    return by_address("phone", phone) if phone else None


def open_case_of(phone: str) -> Case | None:
    """The open case of the person whose number this is, the last one they spoke in; None without one."""
    customer = owner_of(phone)
    if customer is None:
        return None
    rows = Case.objects.filter(customer=customer, state=Case.State.OPEN).defer("search")
    return rows.select_related("customer").order_by("-last_word_at").first()


def people_like(words: str, *, actor: Actor) -> list[Customer]:
    """Who could be on the phone: by a part of the name or the number, as far as the agent may see them."""
    return list(found(words, actor=actor).select_related("organization")[:_MOST_FOUND]) if words.strip() else []


def cases_to_choose(customer: Customer, *, actor: Actor) -> list[Case]:
    """What a talk with this person may be about: their cases in sight, those that go on first."""
    rows = (
        visible_to(actor)
        .filter(customer=customer)
        .exclude(state=Case.State.SPAM)
        .exclude(custom__has_key="merged_into")
    )
    newest = list(rows.defer("search").order_by("-last_word_at")[: 2 * _MOST_CASES])
    return sorted(newest, key=lambda one: one.state not in _GOING_ON)[:_MOST_CASES]


# ── What is owed ──────────────────────────────────────────────────────────────────────────
def last_missed(phone: str) -> CallBack | None:
    """What a missed call of this number made last."""
    rows = CallBack.objects.filter(phone=phone, because="missed").select_related("case")
    return rows.order_by("-id").first()


def call_backs_owed_in(case: Case) -> QuerySet[CallBack]:
    return CallBack.objects.filter(case=case, done_at=None).order_by("id")


def call_backs(actor: Actor) -> QuerySet[CallBack]:
    """All in sight."""
    rows = CallBack.objects.select_related("case__customer", "case__owner", "done_by")
    return rows if actor.sees_all else rows.filter(case__in=visible_to(actor).order_by().values("id"))


def owed(actor: Actor) -> QuerySet[CallBack]:
    """Calls that we still owe, in cases that go on."""
    return call_backs(actor).filter(done_at=None, case__state__in=_GOING_ON)


def owed_by_me(actor: Actor, _now: datetime) -> QuerySet[CallBack]:
    """For the number beside the page: those of one's own cases."""
    mine = Q(case__owner_id=actor.pk) | Q(case__deputy_id=actor.pk)
    return CallBack.objects.filter(mine, done_at=None, case__state__in=_GOING_ON)


def promise_of(row: CallBack) -> Vow | None:
    """By when the case promises the call; None when that was withdrawn or kept."""
    return running(row.case, VowKind.CALL_BACK)


# ── Asked for ─────────────────────────────────────────────────────────────────────────────
def call_me_slots() -> list[Slot]:
    """The hours at which a visitor may ask to be called now: in working time, and not promised to too many yet."""
    now, team = timezone.now(), first_team()
    lead, days = policy("calls.slot_lead_minutes"), policy("calls.slot_days")
    taken = CallBack.objects.filter(done_at=None, slot_from__gte=now).values("slot_from").annotate(count=Count("id"))
    full = {slot for slot, count in taken.values_list("slot_from", "count") if count >= policy("calls.slots_at_once")}
    free = slots(team.working_time, now=now, lead_minutes=lead, days=days)
    return [one for one in free if one.start not in full]


def case_of_wish(external_id: str) -> Case | None:
    """What was made of a form that was sent before."""
    rows = Case.objects.filter(threads__conversation__messages__external_id=external_id).defer("search")
    return rows.select_related("customer", "owner").first()


def is_known_number(phone: str) -> bool:
    return owner_of(phone) is not None


def asked_in(case: Case) -> CallBack | None:
    """The call that was asked for in this case."""
    return CallBack.objects.filter(case=case, slot_from__isnull=False).order_by("id").first()


# ── Calls ─────────────────────────────────────────────────────────────────────────────────
def calls_seen(actor: Actor) -> QuerySet[Call]:
    """Those that one took up or that rang for one, and those written down in cases in sight; a lead sees all."""
    rows = Call.objects.select_related("talk__case", "agent", "recording", "inbox")
    if actor.sees_all:
        return rows
    mine = Q(agent_id=actor.pk) | Q(rings_for__contains=[actor.pk])
    return rows.filter(mine | Q(talk__case__in=visible_to(actor).order_by().values("id")))


def call_by_id(pk: int, *, actor: Actor) -> Call:
    """Raises ``Refusal('not_found')``."""
    row = calls_seen(actor).filter(pk=pk).first()
    if row is None:
        raise _gone()
    return row


def ringing(agent_id: int, *, now: datetime) -> list[Call]:
    """Calls that this agent's screen shows: those that ring, and the one that they are speaking on; newest first."""
    mine = Q(rings_for__contains=[agent_id], answered_at=None, began_at__gte=now - RINGS_FOR_AT_MOST)
    taken = Q(agent_id=agent_id, answered_at__isnull=False, began_at__gte=now - _TALKS_FOR_AT_MOST)
    return list(Call.objects.filter(mine | taken, ended_at=None, talk=None).order_by("-began_at")[:3])


@dataclass(frozen=True, kw_only=True)
class Caller:
    """What the screen says of whoever calls. ``customer`` None: in nobody's file, or out of the agent's sight.

    ``case``: their open one. ``vow``: what it promises next.
    """

    call: Call
    customer: Customer | None
    tier: str
    case: Case | None
    is_owed: bool

    @property
    def query(self) -> str:
        """What the address of a note says of this call."""
        known = {"call": self.call, "customer": self.customer, "case": self.case}
        return "?" + urlencode({name: row.pk for name, row in known.items() if row is not None})


def callers(agent_id: int, actor: Actor, *, now: datetime) -> list[Caller]:
    return [_caller(call, actor) for call in ringing(agent_id, now=now)]


def _caller(call: Call, actor: Actor) -> Caller:
    customer = owner_of(call.phone)
    if customer is not None and not Customer.objects.filter(in_sight(actor), pk=customer.pk).exists():
        customer = None
    case = open_case_of(call.phone) if customer else None
    if case is not None and not is_seen(actor, case.pk):
        case = None
    is_owed = bool(call.phone) and CallBack.objects.filter(phone=call.phone, done_at=None).exists()
    return Caller(call=call, customer=customer, tier=tier_of(customer) if customer else "", case=case, is_owed=is_owed)


def exchanges() -> QuerySet[Inbox]:
    return Inbox.objects.filter(kind=Inbox.Kind.CTI).order_by("name", "id")


def exchange_by_id(pk: int) -> Inbox:
    """Raises ``Refusal('not_found')``."""
    row = exchanges().filter(pk=pk).first()
    if row is None:
        raise _gone()
    return row


def extensions() -> dict[int, str]:
    """Agent → the number at which their phone rings."""
    return dict(Extension.objects.values_list("agent_id", "number"))


def at_extensions(numbers: Sequence[str]) -> list[int]:
    """Agents whose phones these are."""
    return list(Extension.objects.filter(number__in=numbers).order_by("id").values_list("agent_id", flat=True))


def agents_named(names: Sequence[str]) -> list[int]:
    """Agents of this address or this very name; a name that two bear is nobody's."""
    serve = serving()
    by_mail = serve.filter(email__in=[one.lower() for one in names if "@" in one])
    found = list(by_mail.order_by("id").values_list("id", flat=True))
    for name in names:
        same = list(serve.filter(name__iexact=name).values_list("id", flat=True)[:2]) if " " in name else []
        found += same if len(same) == 1 else []
    return found


# ── The counter ───────────────────────────────────────────────────────────────────────────
def counters() -> QuerySet[Counter]:
    return Counter.objects.select_related("team").order_by("name", "id")


def counter_by_mark(mark: str) -> Counter:
    """Raises ``Refusal('not_found')`` alike for one that is closed and one that never was."""
    row = Counter.objects.select_related("team__working_time").filter(mark=mark, is_open=True).first()
    if row is None:
        raise _gone()
    return row


def counter_by_id(pk: int) -> Counter:
    """Raises ``Refusal('not_found')``."""
    row = counters().filter(pk=pk).first()
    if row is None:
        raise _gone()
    return row


def here_at(counter: Counter) -> list[Agent]:
    """Who of its team is here now."""
    return here_in(counter.team)


_FEWEST_SEEN: Final = 5


def usual_wait(counter: Counter) -> timedelta | None:
    """How long people waited there of late until somebody went to them, the middle of the last thirty.

    None while too few have waited to say so.
    """
    rows = WalkIn.objects.filter(counter=counter, seen_at__isnull=False).order_by("-id")
    waits = sorted(seen - at for at, seen in rows.values_list("at", "seen_at")[:30] if seen)
    return waits[len(waits) // 2] if len(waits) >= _FEWEST_SEEN else None


def walk_in_by_key(counter: Counter, key: str) -> WalkIn:
    """Raises ``Refusal('not_found')``."""
    row = WalkIn.objects.select_related("agent").filter(counter=counter, key=key).first()
    if row is None:
        raise _gone()
    return row


def waiting_at_counters(actor: Actor) -> list[WalkIn]:
    """Who stands at the counters of one's teams and was not seen to yet, or is being seen to by oneself."""
    rows = WalkIn.objects.select_related("counter").filter(done_at=None, talk=None)
    if not actor.sees_all:
        rows = rows.filter(counter__team_id__in=actor.team_ids)
    return list(rows.filter(Q(agent=None) | Q(agent_id=actor.pk)).order_by("id")[:5])


def walk_in_by_id(pk: int, *, actor: Actor) -> WalkIn:
    """Somebody at a counter of one's teams. Raises ``Refusal('not_found')``."""
    rows = WalkIn.objects.select_related("counter", "agent")
    if not actor.sees_all:
        rows = rows.filter(counter__team_id__in=actor.team_ids)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise _gone()
    return row


def _gone() -> Refusal:
    return Refusal("not_found", _("This is no longer here."))


# ── Beside a case, and taken out ──────────────────────────────────────────────────────────
def beside_case(case: Case, _actor: Actor) -> dict[str, Any] | None:
    """Whom to call and why, and what was recorded, for a case in which somebody called or is to be called."""
    if case.state == Case.State.SPAM or not _has_calls(case):
        return None
    rows = list(CallBack.objects.filter(case=case, done_at=None).order_by("id")[:3])
    return {"call_backs": rows} if rows else None


def _has_calls(case: Case) -> bool:
    """Without asking: what is owed is promised on the case's own row."""
    return running(case, VowKind.CALL_BACK) is not None


def kept_of(person: Person) -> dict[str, Any]:
    """What is kept of a person: what was said aloud in their cases, and calls that we owed them."""
    talks = Talk.objects.filter(case__in=person.cases).select_related("agent", "call").order_by("id")
    rows = CallBack.objects.filter(case__in=person.cases).order_by("id")
    return {
        "talks": [
            {
                "case": one.case_id,
                "way": one.way,
                "direction": one.direction,
                "at": one.at,
                "seconds": one.seconds,
                "agent": one.agent.name if one.agent else "",
                "is_recorded": _is_recorded(one),
            }
            for one in talks
        ],
        "call_backs": [
            {
                "case": row.case_id,
                "phone": row.phone,
                "because": row.because,
                "at": row.first_at,
                "done_at": row.done_at,
            }
            for row in rows
        ],
    }


def _is_recorded(talk: Talk) -> bool:
    call = getattr(talk, "call", None)
    return call is not None and call.recording_id is not None
