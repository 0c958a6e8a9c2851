"""Pages, parts and addresses are named by text: each name that code or a template says leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "otklik"
ROUTE = re.compile(r"""["']([a-z]+:[a-z][a-z_-]*)["']""")
TEMPLATE = re.compile(r"""["']([a-z]+/[\w/]+\.html)(?:#\w+)?["']""")


def texts(*endings: str) -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in endings and "migrations" not in path.parts:
            yield str(path.relative_to(PACKAGE)), path.read_text(encoding="utf-8")


def named(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from named(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)
        elif one.name:
            yield f"{space}{one.name}"


def lost(text: str, known: set[str]) -> set[str]:
    """Routes of our namespaces that lead nowhere."""
    spaces = {name.split(":")[0] for name in known if ":" in name}
    return {route for route in ROUTE.findall(text) if route.split(":")[0] in spaces and route not in known}


def test_every_route_that_is_named_leads_to_a_page() -> None:
    known = set(named(get_resolver().url_patterns))

    assert {where: lost(text, known) for where, text in texts(".py", ".html") if lost(text, known)} == {}


def test_every_template_that_is_named_is_there() -> None:
    said = {(where, name) for where, text in texts(".py", ".html") for name in TEMPLATE.findall(text)}

    for _where, name in sorted(said, key=lambda one: one[1]):
        get_template(name)


@pytest.mark.parametrize("text", ['reverse("desk:nowhere")', "{% url 'desk:nowhere' %}"])
def test_a_lost_route_is_noticed(text: str) -> None:
    assert lost(text, {"desk:inbox"}) == {"desk:nowhere"}
