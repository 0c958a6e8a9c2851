"""What programs read: standards and their versions. Everybody of the staff may."""

from django.http import HttpRequest, HttpResponse

from otklik.foundation.http.responses import Problem, respond
from otklik.standards.api.router import router
from otklik.standards.api.shapes import StandardOut, Standards, StandardVersions, standard_out, version_out
from otklik.standards.models import Standard
from otklik.standards.queries import standard_by_id, versions_of


@router.get("/standards", response=Standards, summary="List service standards")
def list_standards(request: HttpRequest) -> HttpResponse:
    """All of them, by name."""
    rows = Standard.objects.select_related(
        "owner", "team", "organization", "live__author", "live__approved_by"
    ).order_by("name")
    return respond(Standards(items=[standard_out(row) for row in rows]))


@router.get("/standards/{int:pk}", response={200: StandardOut, 404: Problem}, summary="Read a service standard")
def read_standard(request: HttpRequest, pk: int) -> HttpResponse:
    """What holds now, and what is in work."""
    return as_it_is(pk)


@router.get("/standards/{int:pk}/versions", response={200: StandardVersions, 404: Problem}, summary="List its versions")
def list_standard_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Newest first."""
    return respond(StandardVersions(items=[version_out(one) for one in versions_of(standard_by_id(pk))]))


def as_it_is(pk: int, *, status: int = 200) -> HttpResponse:
    return respond(standard_out(standard_by_id(pk)), status=status)
