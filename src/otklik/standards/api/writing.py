"""What programs do with standards: write, offer, approve, send back, publish, read again."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from otklik.customers.queries import organization_by_id
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of
from otklik.standards.actions import (
    approve,
    archive,
    bring_back,
    confirm_review,
    drop_draft,
    edit_draft,
    offer,
    publish,
    restore,
    send_back,
    set_standard,
    start_draft,
    take_back,
    write_standard,
)
from otklik.standards.api.reading import as_it_is
from otklik.standards.api.router import router
from otklik.standards.api.shapes import (
    StandardAroundIn,
    StandardBecauseIn,
    StandardDraftIn,
    StandardIn,
    StandardNumberIn,
    StandardOut,
)
from otklik.standards.models import Version
from otklik.standards.queries import in_work, standard_by_id
from otklik.team.queries import agent_named, team_named

_ROWS = frozenset({"owner", "team", "organization"})
_CHANGED = {200: StandardOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


def _around(data: StandardAroundIn) -> dict[str, Any]:
    given = data.model_dump(include=data.model_fields_set & set(StandardAroundIn.model_fields))
    values = {name: value for name, value in given.items() if value is not None or name in _ROWS}
    found: dict[str, Callable[[Any], Any]] = {
        "owner": agent_named,
        "team": team_named,
        "organization": organization_by_id,
    }
    return values | {name: found[name](values[name]) for name in _ROWS & set(values)}


def _in_work(pk: int) -> Version:
    """Raises ``Refusal('nothing_in_work')`` when what holds is the last word."""
    version = in_work(standard_by_id(pk))
    if version is None:
        raise Refusal("nothing_in_work", _("This standard has no draft. Save one first."))
    return version


@router.post("/standards", response={201: StandardOut, 403: Problem, 422: Problem}, summary="Write a service standard")
def create_standard(request: HttpRequest, data: StandardIn) -> HttpResponse:
    """It begins as a draft; cases hold it once it is published."""
    row = write_standard(name=data.name or "", words=data.words(), actor=actor_of(request), values=_around(data))
    return as_it_is(row.pk, status=201)


@router.post("/standards/{int:pk}", response=_CHANGED, summary="Change what stands around the words")
def change_standard(request: HttpRequest, pk: int, data: StandardAroundIn) -> HttpResponse:
    """Name, when it applies, who keeps it, when it is read again."""
    set_standard(standard=standard_by_id(pk), actor=actor_of(request), values=_around(data))
    return as_it_is(pk)


@router.post("/standards/{int:pk}/draft", response=_CHANGED, summary="Save the draft")
def save_standard_draft(request: HttpRequest, pk: int, data: StandardDraftIn) -> HttpResponse:
    """Begins one when there is none; nothing changes for anybody until it is published."""
    _save(request, pk, data)
    return as_it_is(pk)


@in_one
def _save(request: HttpRequest, pk: int, data: StandardDraftIn) -> None:
    actor = actor_of(request)
    version = start_draft(standard=standard_by_id(pk), actor=actor)
    edit_draft(version=version, words=data.words(), actor=actor, edits=data.edits)


@router.delete(
    "/standards/{int:pk}/draft",
    response={204: None, 403: Problem, 404: Problem, 422: Problem},
    summary="Throw the draft away",
)
def delete_standard_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What holds stays; a standard that was never published goes with its draft."""
    drop_draft(version=_in_work(pk), actor=actor_of(request))
    return HttpResponse(status=204)


@router.post("/standards/{int:pk}/offer", response=_CHANGED, summary="Ask for a second pair of eyes")
def offer_standard(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft waits for a lead."""
    offer(version=_in_work(pk), actor=actor_of(request))
    return as_it_is(pk)


@router.post("/standards/{int:pk}/approve", response=_CHANGED, summary="Approve what waits")
def approve_standard(request: HttpRequest, pk: int) -> HttpResponse:
    """Never by anybody who has written in it."""
    approve(version=_in_work(pk), actor=actor_of(request))
    return as_it_is(pk)


@router.post("/standards/{int:pk}/send-back", response=_CHANGED, summary="Send it back to its author")
def send_standard_back(request: HttpRequest, pk: int, data: StandardBecauseIn) -> HttpResponse:
    """With what should change."""
    send_back(version=_in_work(pk), actor=actor_of(request), because=data.because)
    return as_it_is(pk)


@router.post("/standards/{int:pk}/take-back", response=_CHANGED, summary="Take the draft back")
def take_standard_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What waited for approval is a draft again."""
    take_back(version=_in_work(pk), actor=actor_of(request))
    return as_it_is(pk)


@router.post("/standards/{int:pk}/publish", response=_CHANGED, summary="Publish what is in work")
def publish_standard(request: HttpRequest, pk: int) -> HttpResponse:
    """New cases hold it; open ones keep theirs and are offered it."""
    publish(version=_in_work(pk), actor=actor_of(request))
    return as_it_is(pk)


@router.post("/standards/{int:pk}/restore", response=_CHANGED, summary="Begin anew with earlier words")
def restore_standard(request: HttpRequest, pk: int, data: StandardNumberIn) -> HttpResponse:
    """They become a draft; publish it, and they hold again."""
    version = standard_by_id(pk).versions.filter(number=data.number).first()
    if version is None:
        raise Refusal("not_found", _("There is no such version."))
    restore(version=version, actor=actor_of(request))
    return as_it_is(pk)


@router.post("/standards/{int:pk}/review", response=_CHANGED, summary="Say that it is still right")
def review_standard(request: HttpRequest, pk: int) -> HttpResponse:
    """The next review is due after `review_every_days`."""
    confirm_review(standard=standard_by_id(pk), actor=actor_of(request))
    return as_it_is(pk)


@router.post("/standards/{int:pk}/archive", response=_CHANGED, summary="Choose it for no case any more")
def archive_standard(request: HttpRequest, pk: int) -> HttpResponse:
    """Cases that hold it keep it."""
    archive(standard=standard_by_id(pk), actor=actor_of(request))
    return as_it_is(pk)


@router.post("/standards/{int:pk}/bring-back", response=_CHANGED, summary="Take it out of the archive")
def bring_standard_back(request: HttpRequest, pk: int) -> HttpResponse:
    """It is chosen again for what it was for. 422 `matter_taken` when another standard is for exactly that by now."""
    bring_back(standard=standard_by_id(pk), actor=actor_of(request))
    return as_it_is(pk)
