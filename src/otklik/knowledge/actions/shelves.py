"""Sections: a tree without circles."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.errors import Refusal
from otklik.foundation.events import announce
from otklik.foundation.transactions import in_one
from otklik.knowledge.addresses import slug_of
from otklik.knowledge.events import SectionChanged
from otklik.knowledge.models import Section

_EDITABLE = ("brand", "parent", "slug", "titles", "descriptions", "icon", "place")
DEEPEST = 5


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
