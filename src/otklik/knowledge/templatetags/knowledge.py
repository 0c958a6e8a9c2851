"""What the help centre says on pages of apps below it, which leave a place for it by the name of a template."""

from django import template
from django.db.models import QuerySet
from django.template import Context

from otklik.foundation.http.staff import actor_of
from otklik.foundation.in_use import is_in_use
from otklik.foundation.manifest import open_to
from otklik.knowledge import authoring
from otklik.knowledge.models import Version
from otklik.knowledge.sections import HELP_CENTRE
from otklik.standards.models import Standard

register = template.Library()


@register.simple_tag
def articles_about(standard: Standard) -> QuerySet[Version] | None:
    """The articles that name the standard, by their newest words; None in a house without a help centre."""
    if not is_in_use("knowledge"):
        return None
    return authoring.articles_about(standard)


@register.inclusion_tag("knowledge/tabs.html", takes_context=True)
def help_centre_tabs(context: Context, current: str) -> dict[str, object]:
    """The pages of the help centre that are open to whoever looks."""
    return {"tabs": open_to(actor_of(context["request"]), HELP_CENTRE), "current": current}
