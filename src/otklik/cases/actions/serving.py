"""By which standard a case is served."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.holding import hold
from otklik.cases.actions.recounting import announce_moved
from otklik.cases.actions.stepping import carry_steps
from otklik.cases.clocks import counted_anew
from otklik.cases.events import CaseEdited, StandardChosen
from otklik.cases.models import Case
from otklik.cases.queries import choice_now, matter_of, offered_to
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.standards.choosing import Choice
from otklik.standards.queries import chosen_for, times_for, times_of, version_by_id


@in_one
def take_newer_standard(*, case: Case, actor: Actor) -> None:
    """Serve the case by what fits it better now, or by what its standard says now; its running promises are counted
    anew. Nobody is made to. Raises ``Refusal('standard_is_newest')``.
    """
    hold(case, actor=actor, permission="cases.edit", even_spam=True)
    offered = offered_to(case)
    if offered is None:
        raise Refusal("standard_is_newest", _("The case holds what its standard says now."))
    now, version = timezone.now(), offered.version
    times = times_of(version, case.priority)
    moved = counted_anew(case, standard=times, calendar=case.team.working_time, now=now)
    announce_moved(case, moved, because="standard", actor=actor)
    announce_chosen(case, choice_now(case), version.pk, because=offered.because, actor=actor)
    Case.objects.filter(pk=case.pk).update(standard_version_id=version.pk, **moved, updated_at=now)
    case.standard_version_id = version.pk
    announce(CaseEdited(case_id=case.pk, customer_id=case.customer_id, fields=["standard"]), actor=actor)


def follow_facts(case: Case, *, because: str, actor: Actor, **changes: Any) -> dict[str, Any]:
    """What is to be written when facts of a case change by which its standard is chosen: another standard, where
    another fits now. A later version of the same one is offered only; one that is closed stays as it was served.

    To be asked once the case is held.

    ``changes``: kind, team or tags as they are going to be. The event is announced; promises are the caller's.
    """
    choice = chosen_for(matter_of(case, **changes))
    held = version_by_id(case.standard_version_id) if case.standard_version_id else None
    fitting = choice.version
    if case.state not in {Case.State.OPEN, Case.State.SOLVED}:
        return {}
    if (fitting and fitting.standard_id) == (held and held.standard_id):
        return {}
    announce_chosen(case, choice, fitting.pk if fitting else None, because=because, actor=actor)
    return {"standard_version_id": fitting.pk if fitting else None}


def follow_with_promises(case: Case, *, because: str, actor: Actor, **changes: Any) -> dict[str, Any]:
    """The same, with the running promises counted anew by the standard that follows."""
    values = follow_facts(case, because=because, actor=actor, **changes)
    if values:
        times = times_for(case.kind, values["standard_version_id"], case.priority)
        moved = counted_anew(case, standard=times, calendar=case.team.working_time, now=timezone.now())
        announce_moved(case, moved, because="standard", actor=actor)
        values |= moved
    return values


def announce_chosen(case: Case, choice: Choice, version_id: int | None, *, because: str, actor: Actor) -> None:
    """Write down by which standard the case is served from now on, and why; steps that both know stay as they are."""
    carry_steps(case, version_id)
    happened = StandardChosen(
        case_id=case.pk,
        customer_id=case.customer_id,
        version_id=version_id,
        standard_id=version_by_id(version_id).standard_id if version_id else None,
        from_version_id=case.standard_version_id,
        because=because,
        conditions=list(choice.because),
        passed_over=choice.lost,
    )
    announce(happened, actor=actor)
