from django import template

from otklik.standards.observed import FACTS

register = template.Library()


@register.filter
def fact_words(code: str) -> str:
    """What is seen to happen, in words; '' for a step that a person ticks."""
    return str(FACTS.get(code, ""))
