"""By which standard a case is served."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.actions.holding import hold
from otklik.cases.actions.recounting import announce_moved
from otklik.cases.clocks import counted_anew
from otklik.cases.events import CaseEdited
from otklik.cases.models import Case
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.standards.queries import newer_than, times_of


@in_one
def take_newer_standard(*, case: Case, actor: Actor) -> None:
    """Serve the case by what its standard says now; its running promises are counted anew. Nobody is made to.

    Raises ``Refusal('standard_is_newest')``.
    """
    hold(case, actor=actor, permission="cases.edit", even_spam=True)
    newer = newer_than(case.standard_version_id, kind=case.kind)
    if newer is None:
        raise Refusal("standard_is_newest", _("The case holds what its standard says now."))
    now = timezone.now()
    times = times_of(newer, case.priority)
    moved = counted_anew(case, standard=times, calendar=case.team.working_time, now=now)
    announce_moved(case, moved, because="standard", actor=actor)
    Case.objects.filter(pk=case.pk).update(standard_version_id=newer.pk, **moved, updated_at=now)
    case.standard_version_id = newer.pk
    announce(CaseEdited(case_id=case.pk, customer_id=case.customer_id, fields=["standard"]), actor=actor)
