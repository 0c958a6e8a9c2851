"""What programs arrange: the shelves, and the words of the search."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from otklik.foundation.actors import require
from otklik.foundation.errors import Refusal
from otklik.foundation.http.responses import Problem, actor_of, respond
from otklik.knowledge.actions import remove_section, set_house_words, set_section
from otklik.knowledge.api.router import router
from otklik.knowledge.api.shapes import HouseWords, Language, SectionIn, SectionOut, section_out
from otklik.knowledge.exporting import export_as_zip
from otklik.knowledge.models import Section
from otklik.knowledge.queries import house_words


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
    return respond(section_out(_set(request, data, None)), status=201)


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
    return respond(section_out(_set(request, data, row)))


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


@router.get("/knowledge/words", response={200: HouseWords}, summary="Read the words of the search")
def read_words(request: HttpRequest, language: Language = "ru") -> HouseWords:
    """Synonyms and stop words of one language."""
    groups, words = house_words(language)
    return HouseWords(synonyms=groups, stop_words=words)


@router.post(
    "/knowledge/words",
    response={200: HouseWords, 403: Problem, 422: Problem},
    summary="Replace the words of the search",
)
def replace_words(request: HttpRequest, data: HouseWords, language: Language = "ru") -> HttpResponse:
    """What is given stands in place of all that was there for this language; the next search knows it."""
    set_house_words(synonyms={language: data.synonyms}, stop_words={language: data.stop_words}, actor=actor_of(request))
    return respond(read_words(request, language))


@router.get("/knowledge/export", response={200: None, 403: Problem}, summary="Export everything")
def export(request: HttpRequest) -> HttpResponse:
    """A zip of Markdown files with what stands around the words in front of each; it comes in again without loss."""
    require(actor_of(request), "knowledge.arrange")
    return HttpResponse(export_as_zip(), content_type="application/zip")


def _set(request: HttpRequest, data: SectionIn, section: Section | None) -> Section:
    given = data.model_dump(include=data.model_fields_set)
    values = {name: value for name, value in given.items() if value is not None or name == "parent"}
    if "parent" in values:
        values["parent"] = section_named(data.parent)
    return set_section(actor=actor_of(request), values=values, section=section)
