"""Brands, and sections: a tree without circles."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.knowledge.addresses import slug_of
from otklik.knowledge.events import BrandChanged, SectionChanged
from otklik.knowledge.models import Brand, Section

_EDITABLE = ("brand", "parent", "slug", "titles", "descriptions", "icon", "place")
DEEPEST = 5
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:\d{1,5})?")


@once_more_if_taken
@in_one
def set_section(*, actor: Actor, values: Mapping[str, Any], section: Section | None = None) -> Section:
    """Make a section, or change the given one; ``titles`` is language → text.

    Raises ``Refusal('title_missing' | 'address_taken' | 'circular_sections' | 'sections_too_deep')``.
    """
    require(actor, "knowledge.arrange")
    section = section or Section()
    chosen = {field: values[field] for field in _EDITABLE if field in values}
    changed = [field for field, value in chosen.items() if getattr(section, field) != value]
    for field, value in chosen.items():
        setattr(section, field, value)
    if not any(str(title).strip() for title in section.titles.values()):
        raise Refusal("title_missing", _("Give the section a title."), fields={"titles": _("A title is missing.")})
    section.slug = section.slug or slug_of(next(iter(section.titles.values())), otherwise="section")
    if Section.objects.filter(Q(slug=section.slug), ~Q(pk=section.pk)).exists():
        text = _("Another section has this address.")
        raise Refusal("address_taken", text, fields={"slug": text})
    _check_tree(section)
    section.save()
    if changed:
        announce(SectionChanged(section_id=section.pk, fields=changed), actor=actor)
    return section


@in_one
def remove_section(*, section: Section, actor: Actor) -> None:
    """Take an empty section away. Raises ``Refusal('section_not_empty')``."""
    require(actor, "knowledge.arrange")
    if section.children.exists() or section.articles.exists():
        raise Refusal("section_not_empty", _("Move what stands in the section elsewhere first."))
    pk = section.pk
    section.delete()
    announce(SectionChanged(section_id=pk, fields=["removed"]), actor=actor)


@once_more_if_taken
@in_one
def set_brand(*, actor: Actor, values: Mapping[str, Any], brand: Brand | None = None) -> Brand:
    """Make a brand, or change the given one; ``host`` is the address of its help centre, '' for any other address.

    Raises ``Refusal('name_missing' | 'name_taken' | 'host_taken' | 'host_invalid')``.
    """
    require(actor, "settings.edit")
    brand = brand or Brand()
    name = str(values.get("name", brand.name)).strip()
    host = str(values.get("host", brand.host)).strip().lower().rstrip(".")
    others = Brand.objects.exclude(pk=brand.pk)
    if not name:
        raise _refused("name_missing", "name", _("Give the brand a name."))
    if others.filter(name__iexact=name).exists():
        raise _refused("name_taken", "name", _("Another brand has this name."))
    if host and not _HOST.fullmatch(host):
        raise _refused("host_invalid", "host", _("Write a host name like help.company.example."))
    if host and others.filter(host=host).exists():
        raise _refused("host_taken", "host", _("Another brand lives at this address."))
    changed = [field for field, value in (("name", name), ("host", host)) if getattr(brand, field) != value]
    brand.name, brand.host = name, host
    brand.is_first = brand.is_first or not others.filter(is_first=True).exists()
    brand.save()
    if changed:
        announce(BrandChanged(brand_id=brand.pk, fields=changed), actor=actor)
    return brand


def _refused(code: str, field: str, text: str) -> Refusal:
    return Refusal(code, text, fields={field: text})


def _check_tree(section: Section) -> None:
    above, depth = section.parent, 1
    while above is not None:
        depth += 1
        if above.pk == section.pk:
            text = _("A section cannot stand inside itself.")
            raise Refusal("circular_sections", text, fields={"parent": text})
        if depth > DEEPEST:
            text = _("Sections go at most %(depth)s deep.") % {"depth": DEEPEST}
            raise Refusal("sections_too_deep", text, fields={"parent": text})
        above = above.parent
