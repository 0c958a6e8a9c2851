"""What an app brings stands in its ``module.py``, and nothing of it is named below or beside it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse

from otklik.cases.models import Alert, Case
from otklik.config.modules import MODULES
from otklik.customers.models import Customer
from otklik.foundation.manifest import Module
from otklik.foundation.modules import (
    alert_kinds,
    codes,
    foot,
    modules,
    names,
    navigation,
    permissions,
    policies,
    sentences,
    settings_pages,
    timeline,
)

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "otklik"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
WITHOUT_A_LIST = {"cli", "commands", "bench", "demo", "config", "ui"}
"""Who puts the apps together, and the looks: they bring nothing that others enumerate."""
BESIDE = ("desk", "portal")
"""The staff's face shows and changes the rules of the customers' face; the other way nothing is known."""


def layers() -> list[set[str]]:
    """The apps of each layer, from the ground up."""
    named = ({part.strip("( )") for part in row.split("|")} for row in reversed(CONTRACTS[0]["layers"]))
    return [row - WITHOUT_A_LIST for row in named if row - WITHOUT_A_LIST]


def owners() -> dict[str, str]:
    """Everything that has a name → the app that brings it."""
    return {name: module.name for module in modules() for name in _brought(module)}


def _brought(module: Module) -> list[str]:
    """Names that say whose they are; a purpose or an alert without a dot is a plain word, met anywhere."""
    dotted = [one.name for one in (*module.alerts, *module.purposes) if "." in one.name]
    return [*module.permissions, *module.sentences, *(one.name for one in module.policies), *dotted]


def words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string of the code with its line; what an example for programs says names nothing."""
    examples = {
        id(text)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "examples"
        for text in ast.walk(node.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in examples:
            yield node.lineno, node.value


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named_outside(app: str, tree: ast.Module, owned: dict[str, str]) -> list[str]:
    """What ``tree``, code of ``app``, names though it belongs to an app that is not below."""
    place = {name: number for number, row in enumerate(layers()) for name in row}
    return [
        f"{line}: {word}"
        for line, word in words(tree)
        if word in owned and owned[word] != app and (app, owned[word]) != BESIDE and place[owned[word]] >= place[app]
    ]


def test_the_list_names_every_app_in_the_order_of_the_layers() -> None:
    place = {name: number for number, row in enumerate(layers()) for name in row}

    assert set(MODULES) == set(place)
    assert [place[name] for name in MODULES] == sorted(place.values())
    assert [module.name for module in modules()] == list(MODULES)


def test_what_has_a_name_has_one_owner() -> None:
    named = [
        name
        for module in modules()
        for name in (
            *module.permissions,
            *module.sentences,
            *module.fields,
            *(one.name for one in module.policies),
            *(f"word {one.word}" for one in (*module.names, *module.codes)),
            *(f"alert {one.name}" for one in module.alerts),
            *(f"purpose {one.name}" for one in module.purposes),
            *(one.route for one in module.settings),
            *(one.route for one in module.navigation),
        )
    ]

    assert sorted({name for name in named if named.count(name) > 1}) == []


def test_nothing_of_an_app_is_named_below_or_beside_it() -> None:
    owned = owners()
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for app in (*MODULES, "ui")
        for path in sorted((PACKAGE / app).rglob("*.py"))
        if "migrations" not in path.parts
        for line in named_outside(app if app != "ui" else "foundation", tree_of(path), owned)
    ]

    assert found == []


@pytest.mark.parametrize(("app", "is_told"), [("reach", True), ("cases", False), ("desk", False)])
def test_the_guard_of_names_is_awake(app: str, is_told: bool) -> None:  # noqa: FBT001
    assert bool(named_outside(app, ast.parse('require(actor, "cases.reply")'), owners())) is is_told


def asked() -> Iterator[tuple[str, str]]:
    """Every permission and rule that the code asks for: what is asked, by which name."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            given = [
                one.value.value
                for one in node.keywords
                if one.arg == "permission" and isinstance(one.value, ast.Constant)
            ]
            if called in {"require", "may", "require_case", "require_sight", "staff"}:
                yield from (("permission", name) for name in texts)
            if called in {"policy", "set_policy"}:
                yield from (("rule", name) for name in texts[:1])
            yield from (("permission", str(name)) for name in given if name)


def test_every_permission_and_rule_that_is_asked_for_is_somebodys() -> None:
    wanted = set(asked())

    assert len(wanted) > 30
    assert sorted(name for kind, name in wanted if kind == "permission" and name not in permissions()) == []
    assert sorted(name for kind, name in wanted if kind == "rule" and name not in policies()) == []


def test_every_permission_and_rule_is_asked_for() -> None:
    used = {word for path in PACKAGE.rglob("*.py") if path.name != "module.py" for _line, word in words(tree_of(path))}

    assert sorted(name for name in permissions() if name not in used) == []
    assert sorted(name for name in policies() if name not in used and name.partition(".")[2] not in used) == []


def is_named(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant)


def test_every_event_has_its_sentence_in_its_own_app_and_every_word_in_it_is_known() -> None:
    events = {
        str(ast.literal_eval(node.args[0])): path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "event" and is_named(node)
    }
    words = {one.word for one in (*names(), *codes())} | {"fields"}

    assert {name: module.name for module in modules() for name in module.sentences} == events
    assert {name for text in sentences().values() for name in re.findall(r"%\((\w+)\)s", text)} - words == set()
    assert set(timeline()) - set(sentences()) == set()


def test_every_alert_leads_to_a_page_that_exists() -> None:
    routes = [one.route for one in alert_kinds().values() if one.route]

    assert [reverse(route) for route in routes if not reverse(route).startswith("/desk/")] == []
    assert set(Alert.Reason.values) - set(alert_kinds()) == set()


def test_every_page_that_is_offered_exists_and_asks_for_a_known_right() -> None:
    offered = [*navigation(), *foot(), *settings_pages()]

    assert [one.route for one in offered if not one.is_there] == []
    assert [one.route for one in offered if one.permission and one.permission not in permissions()] == []


def test_an_app_that_knows_a_person_says_what_it_keeps_of_them_and_forgets_it() -> None:
    composed = {"customers", "reach", "cases"}  # whose parts ``cases.actions.erase_person`` and the desk's export join
    people = {Customer, Case}
    knowing = {
        model._meta.app_label
        for model in apps.get_models()
        if any(
            field.is_relation and field.related_model in people for field in model._meta.get_fields() if field.concrete
        )
    }

    assert {
        module.name
        for module in modules()
        if module.name in knowing - composed and not (module.export and module.erase)
    } == set()
    assert "voice" in knowing
