"""Sections of the help centre, and the brands it is for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.pages import do, done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff
from otklik.knowledge.actions import remove_section, set_brand, set_house_words, set_section
from otklik.knowledge.forms import BrandForm, HouseWordsForm, SectionForm
from otklik.knowledge.labels import tree
from otklik.knowledge.models import Brand, Section
from otklik.knowledge.queries import articles_in_sections, title_in
from otklik.knowledge.views.articles import GET_OR_POST

SECTIONS = Listing(template="knowledge/sections.html", order="a tree, as readers walk it", still="set up by us, seldom")
BRANDS = Listing(template="knowledge/brands.html", order="a handful, by name", still="set up by us, seldom")


@require_GET
@staff()
def sections(request: HttpRequest) -> HttpResponse:
    """The tree, with how many articles stand in each."""
    counts = articles_in_sections()
    rows = [
        {"section": row, "depth": depth, "title": title, "articles": counts.get(row.pk, 0)}
        for row, depth, title in tree(get_language() or "ru")
    ]
    return shown(request, SECTIONS.template, {"section": "knowledge", "rows": rows})


@require_http_methods(GET_OR_POST)
@staff("knowledge.arrange")
def section(request: HttpRequest, section_id: int | None = None) -> HttpResponse:
    row = _section(section_id) if section_id is not None else None
    form = SectionForm(request.POST or None, section=row)

    def act(_cleaned: dict[str, Any]) -> None:
        set_section(actor=actor_of(request), values=form.values(), section=row)

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "knowledge:sections")
    title = title_in(row, get_language() or "ru") if row else _("New section")
    return shown(request, "knowledge/section.html", {"section": "knowledge", "form": form, "row": row, "title": title})


@require_POST
@staff("knowledge.arrange")
def remove(request: HttpRequest, section_id: int) -> HttpResponse:
    try:
        remove_section(section=_section(section_id), actor=actor_of(request))
    except Refusal as refusal:
        return sorry(request, refusal, "knowledge:section-edit", section_id)
    return done(request, _("The section is gone."), "knowledge:sections")


def _section(section_id: int) -> Section:
    row = Section.objects.filter(pk=section_id).first()
    if row is None:
        raise Refusal("not_found", _("This is no longer here."))
    return row


# ── Brands ────────────────────────────────────────────────────────────────────────────────
@require_GET
@staff("settings.edit")
def brands(request: HttpRequest) -> HttpResponse:
    rows = Brand.objects.order_by("-is_first", "name")
    return shown(request, BRANDS.template, {"section": "knowledge", "rows": rows})


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def brand(request: HttpRequest, brand_id: int | None = None) -> HttpResponse:
    row = Brand.objects.filter(pk=brand_id).first() if brand_id is not None else None
    if brand_id is not None and row is None:
        raise Refusal("not_found", _("This is no longer here."))
    form = BrandForm(request.POST or None, initial={"name": row.name, "host": row.host} if row else {})

    def act(cleaned: dict[str, Any]) -> None:
        set_brand(actor=actor_of(request), values=cleaned, brand=row)

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved."), "knowledge:brands")
    title = row.name if row else _("New brand")
    return shown(request, "knowledge/brand.html", {"section": "knowledge", "form": form, "title": title})


@require_http_methods(GET_OR_POST)
@staff("knowledge.arrange")
def house_words(request: HttpRequest) -> HttpResponse:
    """Synonyms and stop words of the search."""
    form = HouseWordsForm(request.POST or None)

    def act(_cleaned: dict[str, Any]) -> None:
        set_house_words(actor=actor_of(request), **form.words())

    if request.method == "POST" and do(form, act):
        return done(request, _("Saved. The next question is understood with them."), "knowledge:words")
    return shown(request, "knowledge/words.html", {"section": "knowledge", "form": form})
