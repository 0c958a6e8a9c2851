"""Every right that is asked for has been asked of somebody who has all the others, and refused them."""

import ast
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from inspect import signature
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from otklik.cases.actions import reply
from otklik.config.urls import urlpatterns
from otklik.foundation import actors
from otklik.foundation.actors import EVERYBODY, Actor, ActorKind, Role, Sight
from otklik.foundation.models import Event
from otklik.foundation.modules import permissions
from tests.building import acting, make_agent, make_case, refused
from tests.desk.visiting import desk
from tests.rights import OPEN, deeds, pages
from tests.sources import called, functions, module_of, product, strings, tree_of

GUARDS = {"require", "require_author", "require_case", "require_customer", "hold", "hold_as_it_was"}
RIGHT = re.compile(r"[a-z]+\.[a-z]+")


@pytest.fixture
def all_but(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``all_but("team.edit")``: agents may do everything else."""

    def forbid(right: str) -> None:
        allowed = {name: frozenset() if name == right else EVERYBODY for name in permissions()}
        monkeypatch.setattr(actors, "permissions", lambda: allowed)

    return forbid


# ── Nothing is left out ───────────────────────────────────────────────────────────────────
def asked_for() -> Iterator[tuple[str, str]]:
    for path in product():
        for function in functions(tree_of(path)):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and called(call) in GUARDS:
                    for right in filter(RIGHT.fullmatch, strings(call)):
                        yield right, f"{module_of(path)}.{function.name}"


def with_actor() -> Iterator[str]:
    """Public actions that are told who acts."""
    for path in product():
        if "actions" not in module_of(path).split("."):
            continue
        for node in tree_of(path).body:
            is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if is_public and "actor" in {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}:
                yield f"{module_of(path)}.{node.name}"


def routes(patterns: Sequence[Any] = urlpatterns, place: str = "", app: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every page of the staff by its full name, whichever app it lives in."""
    for pattern in patterns:
        here = f"{place}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here, pattern.namespace or app)
        elif here.startswith("desk/"):
            yield f"{app}:{pattern.name}", pattern


def test_the_list_of_rights_is_the_products() -> None:
    assert sorted(set(asked_for())) == sorted(deeds())
    assert {right for right, _name in (*deeds(), *pages())} - {""} == permissions().keys()


def test_every_action_asks_for_a_right_or_says_why_it_need_not() -> None:
    assert set(with_actor()) - {name for _right, name in deeds()} == OPEN.keys()


def test_every_page_of_the_desk_is_in_the_list_once() -> None:
    assert sorted(name for name, _pattern in routes()) == sorted(name for _right, name in pages())


# ── Each is refused ───────────────────────────────────────────────────────────────────────
def looked_at() -> dict[str, Any]:
    """What deeds of cases look at before they ask; all else may be anything."""
    case = make_case()
    other = make_case(owner=case.owner, customer=case.customer)
    letter = reply(case=case, actor=acting(case.owner), text="Готово")
    return {"case": case, "into": case, "other": other, "message": letter, "delivery": letter.deliveries.get()}


@pytest.mark.django_db
@pytest.mark.parametrize(("right", "name"), list(deeds()), ids=lambda value: value)
def test_whoever_lacks_one_right_is_refused_just_that(all_but: Any, right: str, name: str) -> None:
    module, _dot, function = name.rpartition(".")
    deed = getattr(import_module(f"otklik.{module}"), function)
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    actor = Actor(kind=ActorKind.AGENT, pk=boris.pk, role=Role.AGENT, sight=Sight.ALL)
    rows = looked_at() if name.startswith("cases.") else {}
    given = {each: rows.get(each, MagicMock()) for each in signature(deed).parameters if each != "seen"}
    given |= {"actor": actor} if "actor" in given else {"request": SimpleNamespace(auth=SimpleNamespace(actor=actor))}
    before = Event.objects.count()

    all_but(right)
    with refused("not_allowed"):
        deed(**given)

    assert Event.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(("right", "name"), [page for page in pages() if page[0]], ids=lambda value: value)
def test_a_page_is_closed_to_whoever_lacks_one_right(all_but: Any, right: str, name: str) -> None:
    client = desk()
    all_but(right)

    answers = [client.get(address_of(name)).status_code, client.post(address_of(name)).status_code]

    assert 403 in answers
    assert set(answers) <= {403, 405}


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for _right, name in pages()])
def test_a_page_is_closed_to_whoever_is_not_logged_in(name: str) -> None:
    for answer in (Client().get(address_of(name)), Client().post(address_of(name))):
        is_led_to_the_door = answer.status_code == 302 and answer["Location"].startswith("/account/login/")
        assert is_led_to_the_door or answer.status_code in {401, 405}


def address_of(name: str) -> str:
    """Where a page lives, with 1 for every number and «x» for every word."""
    converters = dict(routes())[name].pattern.converters
    given = {key: 1 if type(kind).__name__ == "IntConverter" else "x" for key, kind in converters.items()}
    return reverse(name, kwargs=given)
