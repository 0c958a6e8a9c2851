"""What programs arrange: the shelves."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from otklik.foundation.answers import Problem, actor_of, answer
from otklik.foundation.errors import Refusal
from otklik.knowledge.actions import remove_section, set_section
from otklik.knowledge.api.router import router
from otklik.knowledge.api.shapes import SectionIn, SectionOut, section_out
from otklik.knowledge.models import Section


def section_named(named: int | str | None) -> Section | None:
    """By id or slug; None for nothing. Raises ``Refusal('section_unknown')``."""
    if named is None or named == "":
        return None
    by = {"pk": named} if isinstance(named, int) else {"slug": named}
    row = Section.objects.filter(**by).first()
    if row is None:
        text = _("There is no such section.")
        raise Refusal("section_unknown", text, fields={"section": text})
    return row


@router.post("/knowledge/sections", response={201: SectionOut, 403: Problem, 422: Problem}, summary="Put up a section")
def create_section(request: HttpRequest, data: SectionIn) -> HttpResponse:
    """For leads and administrators."""
    return answer(section_out(_set(request, data, None)), status=201)


@router.post(
    "/knowledge/sections/{int:pk}",
    response={200: SectionOut, 403: Problem, 404: Problem, 422: Problem},
    summary="Change a section",
)
def change_section(request: HttpRequest, pk: int, data: SectionIn) -> HttpResponse:
    """`parent` moves it with everything inside; null puts it on top."""
    row = Section.objects.filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("There is no such section."))
    return answer(section_out(_set(request, data, row)))


@router.delete(
    "/knowledge/sections/{int:pk}",
    response={204: None, 403: Problem, 404: Problem, 422: Problem},
    summary="Take an empty section away",
)
def delete_section(request: HttpRequest, pk: int) -> HttpResponse:
    """Move what stands in it elsewhere first."""
    row = Section.objects.filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("There is no such section."))
    remove_section(section=row, actor=actor_of(request))
    return HttpResponse(status=204)


def _set(request: HttpRequest, data: SectionIn, section: Section | None) -> Section:
    given = data.model_dump(include=data.model_fields_set)
    values = {name: value for name, value in given.items() if value is not None or name == "parent"}
    if "parent" in values:
        values["parent"] = section_named(data.parent)
    return set_section(actor=actor_of(request), values=values, section=section)
