"""What promises are called on pages."""

from django import template

from otklik.cases.labels import PROMISES, promise_words

register = template.Library()
register.filter("promised", promise_words)


@register.filter
def promise_icon(kind: str) -> str:
    """The icon of what is promised."""
    return PROMISES[kind].icon
