"""``{% translate %}``, ``{% static %}`` and ``{% url %}`` as Django has them, but what is fixed is worked out once.

A page of the desk says a hundred fixed words and addresses; Django looks each of them up each time it is drawn. The
settings put this library in place of Django's ``i18n`` and ``static`` and among the builtins, so templates stay as
they were. Words are kept for each language, static addresses as they are, page addresses with gaps for their numbers.
"""

from functools import cache
from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode, url
from django.templatetags import i18n, static
from django.urls import reverse
from django.utils.translation import get_language

register = template.Library()
for _library in (i18n.register, static.register):
    register.tags.update(_library.tags)
    register.filters.update(_library.filters)

_GAP = 7_000_000_000_000_000_000
"""A number that no address holds by itself."""


class Words(i18n.TranslateNode):
    """A fixed text without ``as``."""

    said: dict[str | None, str]

    def render(self, context: Context) -> str:
        language = get_language()
        known = self.said.get(language)
        if known is None:
            known = self.said[language] = super().render(context)
        return known


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> template.Node:
    node: Any = i18n.do_translate(parser, token)
    is_fixed = _is_fixed(node.filter_expression) and (node.message_context is None or _is_fixed(node.message_context))
    if is_fixed and node.asvar is None:
        node.__class__, node.said = Words, {}
    return node  # type: ignore[no-any-return]  # Django's own node


class Asset(static.StaticNode):
    """A fixed file without ``as``."""

    def render(self, context: Context) -> str:
        return _asset(str(self.path.resolve(context)))


@cache
def _asset(path: str) -> str:
    return static.static(path)


@register.tag("static")
def static_file(parser: Parser, token: Token) -> template.Node:
    node: Any = static.do_static(parser, token)
    if _is_fixed(node.path) and node.varname is None:
        node.__class__ = Asset
    return node  # type: ignore[no-any-return]  # Django's own node


class Address(URLNode):
    """A page that is named, with nothing but numbers in its address, without ``as``."""

    def render(self, context: Context) -> str:
        numbers = [one.resolve(context) for one in self.args]
        if any(type(one) is not int or one < 0 for one in numbers):
            return super().render(context)
        first, *rest = _pieces(self.view_name.resolve(context), len(numbers))
        return first + "".join([f"{number}{piece}" for number, piece in zip(numbers, rest, strict=True)])


@cache
def _pieces(name: str, gaps: int) -> list[str]:
    """The address between its numbers."""
    address, pieces = reverse(name, args=[_GAP + place for place in range(gaps)]), []
    for place in range(gaps):
        before, _gap, address = address.partition(str(_GAP + place))
        pieces.append(before)
    return [*pieces, address]


@register.tag("url")
def page_address(parser: Parser, token: Token) -> template.Node:
    node: Any = url(parser, token)
    if _is_fixed(node.view_name) and not node.kwargs and node.asvar is None:
        node.__class__ = Address
    return node  # type: ignore[no-any-return]  # Django's own node


def _is_fixed(expression: FilterExpression) -> bool:
    """A string written into the template, without a filter."""
    return expression.token[:1] in {'"', "'"} and not expression.filters
