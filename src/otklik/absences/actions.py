"""An absence is planned, its list is worked through, it begins and ends; the only writer of both."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Unpack

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.absences.events import AbsenceBegan, AbsenceCancelled, AbsenceChecked, AbsenceEnded, AbsencePlanned
from otklik.absences.models import Absence, Check
from otklik.absences.queries import Falling, due_to_begin, due_to_end, falling, falling_one
from otklik.cases.actions import alert, move_promise, transfer
from otklik.cases.queries import Seen, case_by_number
from otklik.foundation.actors import SYSTEM, Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.manifest import Person
from otklik.team.actions import come_back, go_away
from otklik.team.models import Agent, Team
from otklik.team.queries import leads_of

UNCHECKED = "absences.unchecked"


@in_one
def plan_absence(
    *,
    agent: Agent,
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
    deputy: Agent | None = None,
    about: str = "",
) -> Absence:
    """Say before when somebody will not be here; everybody may for themselves, a lead for all.

    Raises ``Refusal('not_allowed' | 'absence_invalid' | 'absence_overlaps' | 'deputy_is_self')``.
    """
    _check_mine(agent.pk, actor)
    if ends_at <= max(starts_at, timezone.now()):
        text = _("An absence ends after it begins, and not in the past.")
        raise Refusal("absence_invalid", text, fields={"ends_at": text})
    if deputy is not None and deputy.pk == agent.pk:
        text = _("Choose a colleague as deputy.")
        raise Refusal("deputy_is_self", text, fields={"deputy": text})
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)  # two plans at once are seen one after the other
    theirs = Absence.objects.filter(agent=agent, ended_at=None, cancelled_at=None)
    if theirs.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        text = _("Another absence is planned for some of these days.")
        raise Refusal("absence_overlaps", text, fields={"starts_at": text})
    row = Absence.objects.create(
        agent=agent,
        deputy=deputy,
        starts_at=starts_at,
        ends_at=ends_at,
        about=about.strip()[:120],
        planned_by_id=actor.pk if actor.is_agent else None,
    )
    announce(AbsencePlanned(absence_id=row.pk, agent_id=agent.pk), actor=actor)
    return row


@in_one
def cancel_absence(*, absence: Absence, actor: Actor) -> None:
    """It is called off; who is away by it already, is back. Raises ``Refusal('not_allowed' | 'absence_is_over')``."""
    _check_mine(absence.agent_id, actor)
    row = Absence.objects.select_for_update(no_key=True).select_related("agent").get(pk=absence.pk)
    if row.is_over:
        raise _over()
    if row.begun_at is not None:
        end_absence(absence=row)
        come_back(agent=row.agent, actor=SYSTEM)
        return
    Absence.objects.filter(pk=row.pk).update(cancelled_at=timezone.now())
    announce(AbsenceCancelled(absence_id=row.pk, agent_id=row.agent_id), actor=actor)


def _check_mine(agent_id: int, actor: Actor) -> None:
    require(actor, "absences.plan")
    if actor.pk != agent_id:
        require(actor, "absences.lead")


def _over() -> Refusal:
    return Refusal("absence_is_over", _("This absence is over or was called off."))


# ── One thing after the other ─────────────────────────────────────────────────────────────
@in_one
def pass_on(
    *, absence: Absence, number: int, kind: str, to: Agent, summary: str, actor: Actor, **seen: Unpack[Seen]
) -> None:
    """The case has another owner from now on, with all that falls due in it; ``summary`` was read by whoever gives it.

    Raises what ``transfer`` raises, and ``Refusal('absence_is_over' | 'not_falling')``.
    """
    falling_one(_held(absence, actor), number, kind)
    all_of_it = [one for one in falling(absence) if one.case.pk == number]
    transfer(case=case_by_number(number, actor=actor), actor=actor, to=to, summary=summary, **seen)
    for one in all_of_it:
        _decide(absence, one, actor, decision=Check.Decision.PASSED, to=to)


@in_one
def move_it(*, absence: Absence, number: int, kind: str, by: datetime, actor: Actor, **seen: Unpack[Seen]) -> None:
    """What a person promised by a moment is promised for another one.

    Raises what ``move_promise`` raises, and ``Refusal('absence_is_over' | 'not_falling' | 'not_movable')``.
    """
    one = falling_one(_held(absence, actor), number, kind)
    if not one.is_movable:
        raise Refusal("not_movable", _("The standard promises this: pass the case on, or leave it with a reason."))
    move_promise(case=case_by_number(number, actor=actor), actor=actor, kind=kind, by=by, **seen)
    _decide(absence, one, actor, decision=Check.Decision.MOVED, moved_to=by)


@in_one
def leave_it(*, absence: Absence, number: int, kind: str, because: str, actor: Actor) -> None:
    """It stays as it is, and everybody can read why: the deputy gives the word, or it is done before.

    Raises ``Refusal('not_found' | 'absence_is_over' | 'not_falling' | 'reason_missing')``.
    """
    one = falling_one(_held(absence, actor), number, kind)
    case_by_number(number, actor=actor)
    if not because.strip():
        text = _("Say why it stays as it is.")
        raise Refusal("reason_missing", text, fields={"because": text})
    _decide(absence, one, actor, decision=Check.Decision.LEFT, because=because.strip()[:300])


def _held(absence: Absence, actor: Actor) -> Absence:
    _check_mine(absence.agent_id, actor)
    row = Absence.objects.select_for_update(no_key=True).get(pk=absence.pk)
    if row.is_over:
        raise _over()
    return row


def _decide(absence: Absence, one: Falling, actor: Actor, **decided: Any) -> None:
    number, kind = one.key
    nothing = {"to": None, "moved_to": None, "because": ""}
    by = actor.pk if actor.is_agent else None
    values = {**nothing, **decided, "due_at": one.promise.due_at, "by_id": by, "at": timezone.now()}
    Check.objects.update_or_create(absence=absence, case_id=number, kind=kind, defaults=values)
    happened = AbsenceChecked(
        absence_id=absence.pk,
        agent_id=absence.agent_id,
        case_id=number,
        customer_id=one.case.customer_id,
        kind=kind,
        decision=decided["decision"],
    )
    announce(happened, actor=actor)


# ── As time passes ────────────────────────────────────────────────────────────────────────
def mind_absences(now: datetime) -> None:
    """Who planned to be away by now is away; whose absence is over, is it."""
    for absence in due_to_begin(now):
        begin_absence(absence=absence, now=now)
    for absence in due_to_end(now):
        end_absence(absence=absence)


@in_one
def begin_absence(*, absence: Absence, now: datetime) -> None:
    """The deputy answers from now on; what nobody has looked at is told to the deputy and the leads."""
    mine = Absence.objects.filter(pk=absence.pk, begun_at=None, ended_at=None, cancelled_at=None)
    if not mine.update(begun_at=now):
        return
    if absence.ends_at <= timezone.now() or not absence.agent.is_active:
        end_absence(absence=absence)
        return
    left = falling(absence)
    go_away(agent=absence.agent, actor=SYSTEM, until=absence.ends_at, deputy=absence.deputy)
    announce(AbsenceBegan(absence_id=absence.pk, agent_id=absence.agent_id, left=len(left)), actor=SYSTEM)
    if left:
        for agent in _who_should_know(absence):
            alert(agent=agent, case=None, reason=UNCHECKED, source=str(absence.pk))


def _who_should_know(absence: Absence) -> Sequence[Agent]:
    team = Team.objects.filter(memberships__agent=absence.agent).order_by("id").first()
    leads = leads_of(team) if team else []
    deputies = [absence.deputy] if absence.deputy else []
    return list({one.pk: one for one in (*deputies, *leads) if one.pk != absence.agent_id}.values())


@in_one
def end_absence(*, absence: Absence) -> None:
    """They are back, or its last moment has passed; the team's own clock says who is here."""
    if Absence.objects.filter(pk=absence.pk, ended_at=None, cancelled_at=None).update(ended_at=timezone.now()):
        announce(AbsenceEnded(absence_id=absence.pk, agent_id=absence.agent_id), actor=SYSTEM)


@in_one
def end_those_begun(*, agent_id: int) -> None:
    """Somebody came back, perhaps sooner than they had said."""
    for row in Absence.objects.filter(agent_id=agent_id, begun_at__isnull=False, ended_at=None).order_by("id"):
        end_absence(absence=row)


def forget_reasons(person: Person) -> None:
    """What was written about an erased person's matters; what was decided, and when, stays."""
    Check.objects.filter(case__customer=person.customer_id).exclude(because="").update(because="—")
