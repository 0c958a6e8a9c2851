"""Words that pages about cases and people say."""

from django import template
from django.utils import timezone

from otklik.foundation.zones import zone_label

register = template.Library()


@register.filter
def zone(name: str) -> str:
    """«Владивосток, UTC+10» of an IANA name."""
    return zone_label(name, at=timezone.now())
