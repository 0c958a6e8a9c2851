"""Ways to sort a list: the chosen one stands in the address as ``sort``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Order:
    """One way to sort, as the kind "list" offers it."""

    name: str
    label: str | Promise
    is_chosen: bool


def chosen_order(request: HttpRequest, ways: Mapping[str, str | Promise]) -> tuple[str, Sequence[Order]]:
    """The name that the address asks for, the first if it asks for none of ``ways``; and all of them to offer."""
    asked = request.GET.get("sort", "")
    name = asked if asked in ways else next(iter(ways))
    return name, [Order(name=one, label=label, is_chosen=one == name) for one, label in ways.items()]
