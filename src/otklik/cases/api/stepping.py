"""What programs do with the standard of a case: tick and skip its steps."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from otklik.cases.actions import open_step, skip_step, tick_step
from otklik.cases.api.heard import StepIn
from otklik.cases.api.router import router
from otklik.cases.api.shapes import Steps, steps_out
from otklik.cases.models import Case
from otklik.cases.queries import case_by_number
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.standards.queries import version_by_id


@router.post(
    "/cases/{int:number}/steps/{int:pk}",
    response={200: Steps, 404: Problem, 409: Problem, 422: Problem},
    summary="Tick or skip a step of its standard",
)
def mark_step(request: HttpRequest, number: int, pk: int, data: StepIn) -> HttpResponse:
    """`done` by default; `skipped` takes a reason; `open` takes either back. All steps are answered."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    about: dict[str, Any] = {"case": case, "number": pk, "actor": actor, "version_id": _version(case, data.version)}
    if data.state == "skipped":
        skip_step(**about, because=data.because)
    elif data.state == "open":
        open_step(**about)
    else:
        tick_step(**about)
    return respond(Steps(items=steps_out(case_by_number(number, actor=actor))))


def _version(case: Case, seen: int | None) -> int | None:
    """The version of the case's standard that was seen, by its id; 0 when the case holds another one."""
    if seen is None or case.standard_version_id is None:
        return None
    return case.standard_version_id if version_by_id(case.standard_version_id).number == seen else 0
