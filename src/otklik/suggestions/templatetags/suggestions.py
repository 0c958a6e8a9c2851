"""What suggestions say on pages of apps below, which leave a place for it by the name of a template."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from otklik.foundation.in_use import is_in_use

register = template.Library()
_LONGEST = 700


@register.simple_tag
def suggestion_of(words: str) -> str:
    """Where these words of a survey become a suggestion; '' in a house without suggestions."""
    if not is_in_use("suggestions"):
        return ""
    return f"{reverse('suggestions:new')}?{urlencode({'words': words[:_LONGEST], 'source': 'survey'})}"
