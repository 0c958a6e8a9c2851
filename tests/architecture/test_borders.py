"""The borders that import-linter cannot see: what an app shows to others, and who may write."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from grimp import Layer

from otklik.config.modules import MODULES

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "otklik"
DOMAIN = tuple(name for name in MODULES if name not in {"foundation", "portal", "desk"})
SHOWN = {"models", "actions", "queries", "search", "events"}  # ``search`` is a part of queries with a module of its own
SHAPES = {  # plain data, pure functions and "who is logged in": nothing that could write
    "otklik.reach.adapters.incoming",
    "otklik.cases.figures",
    "otklik.cases.articles",
    "otklik.complaints.labels",
    "otklik.cases.clocks",
    "otklik.cases.closing",
    "otklik.cases.custom_fields",
    "otklik.cases.searching",
    "otklik.cases.happenings",
    "otklik.cases.highlights",
    "otklik.cases.known",
    "otklik.cases.labels",
    "otklik.cases.lessons",
    "otklik.cases.letters",
    "otklik.cases.lists",
    "otklik.cases.macros",
    "otklik.cases.moving",
    "otklik.cases.uploading",
    "otklik.cases.vows",
    "otklik.cases.words",
    "otklik.cases.zones",
    "otklik.customers.manner",
    "otklik.customers.wished",
    "otklik.knowledge.adapters.anything",
    "otklik.knowledge.adapters.imported",
    "otklik.knowledge.authoring",
    "otklik.knowledge.derivation",
    "otklik.knowledge.exporting",
    "otklik.knowledge.figures",
    "otklik.knowledge.labels",
    "otklik.knowledge.rendering",
    "otklik.knowledge.visits",
    "otklik.reach.leaving",
    "otklik.reach.reasons",
    "otklik.standards.choosing",
    "otklik.standards.kinds",
    "otklik.standards.labels",
    "otklik.standards.observed",
    "otklik.suggestions.labels",
    "otklik.team.api",  # whose token a call carries
    "otklik.team.choosing",
    "otklik.team.faces",
    "otklik.team.login",
    "otklik.team.photos",
    "otklik.team.working_time",
}
INSIDE = (
    "urls",
    Layer("views", "api", "admin", "handlers", "clock"),
    "forms",
    "actions",
    Layer("adapters", "queries", independent=False),
    "events",
    "models",
)
"""What stands above what in each app, as far as it is there; those of one line do not know each other, but for
adapters and queries."""
GROUND = ("foundation", "ui")
SHELL = ("commands", "config", "bench", "demo")  # puts the parts together; may know any door
CLIENTS = ("http.client", "httpcore", "httpx", "requests", "urllib.request", "urllib3")
CALLERS = {  # one place calls out; the others ask the server that they started on this machine
    "foundation/http/pinned.py",
    "bench/driving.py",
    "bench/run.py",
    "commands/up.py",
}
WRITES = {
    "create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete", "acreate", "asave",
}  # fmt: skip
WRITERS = {"actions", "migrations", "tests", "managers"}


def modules(*apps: str) -> Iterator[Path]:
    for app in apps:
        yield from sorted((PACKAGE / app).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every ``otklik.app.module…`` that is imported, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def peeking(path: Path) -> list[str]:
    """Imports of another app's inside."""
    own = path.relative_to(PACKAGE).parts[0]
    found = []
    for line, name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] != "otklik" or len(parts) < 3 or parts[1] not in DOMAIN or parts[1] == own:
            continue
        if parts[2] not in SHOWN and not any(shape.startswith(name) or name.startswith(shape) for shape in SHAPES):
            found.append(f"{name_of(path)}:{line} sees {'.'.join(parts[:3])}")
    return found


def writing(path: Path) -> list[str]:
    """Calls that write rows: ``x.save()``, and queryset writes on anything that mentions ``objects``."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        receiver = ast.unparse(node.func.value)
        is_queryset_write = node.func.attr in WRITES and (".objects" in receiver or ".filter(" in receiver)
        is_row_write = node.func.attr == "save" and not node.args and not re.search(r"storage|super\(\)", receiver)
        if is_queryset_write or is_row_write:
            found.append(f"{name_of(path)}:{node.lineno} writes: {ast.unparse(node)[:80]}")
    return found


def calling_out(path: Path) -> list[str]:
    """Imports of a library that makes HTTP calls."""
    found = imports(ast.parse(path.read_text(encoding="utf-8")))
    clients = ((line, client) for line, name in found for client in CLIENTS if f"{name}.".startswith(f"{client}."))
    return [f"{name_of(path)}:{line} imports {client}" for line, client in clients]


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From ``def`` to its end, signature and docstring included."""
    return (function.end_lineno or 0) - function.lineno + 1


def test_other_apps_see_only_models_actions_queries_and_events() -> None:
    found = [line for path in modules(*DOMAIN, "desk", "portal") for line in peeking(path)]

    assert sorted(set(found)) == []


def test_inside_an_app_faces_stand_on_actions_and_these_on_queries_and_facts() -> None:
    graph = grimp.build_graph("otklik")

    found = graph.find_illegal_dependencies_for_layers(
        INSIDE, containers={f"otklik.{name}" for name in MODULES if name != "foundation"}
    )

    assert sorted(f"{one.importer} knows {one.imported}" for one in found) == []


def test_the_guard_of_an_apps_inside_is_awake() -> None:
    graph = grimp.build_graph("otklik")
    graph.add_import(importer="otklik.voice.models", imported="otklik.voice.actions")

    assert graph.find_illegal_dependencies_for_layers(INSIDE, containers={"otklik.voice"})


def test_only_actions_write() -> None:
    managers = {PACKAGE / "team" / "models.py", PACKAGE / "cases" / "moves.py"}  # create_user; the one table of moves
    readers = [
        path
        for path in modules(*DOMAIN, "desk", "portal")
        if path not in managers and not WRITERS & {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}
    ]

    assert [line for path in readers for line in writing(path)] == []


def test_one_module_makes_http_calls() -> None:
    found = {name_of(path): calling_out(path) for path in PACKAGE.rglob("*.py")}

    assert [line for name, lines in found.items() if name not in CALLERS for line in lines] == []
    assert [name for name in CALLERS if not found[name]] == []


@pytest.mark.parametrize(
    "line",
    [
        "import httpx",
        "import http.client",
        "from http import client",
        "from http.client import HTTPConnection",
        "from urllib import request",
        "    import requests.sessions",
    ],
)
def test_the_guard_of_calls_is_awake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    path = tmp_path / "asking.py"
    path.write_text(f"import http\nfrom urllib.parse import quote\nif http:\n    pass\n{line.strip()}\n")

    assert calling_out(path)


def test_every_app_says_what_it_knows() -> None:
    silent = [
        app
        for app in (*DOMAIN, *GROUND)
        if not ast.get_docstring(ast.parse((PACKAGE / app / "__init__.py").read_text()))
    ]

    assert silent == []


def test_no_module_is_too_long_and_no_function_too_long() -> None:
    too_long = []
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 400:
            too_long.append(f"{name_of(path)}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > 40:
                too_long.append(f"{name_of(path)}:{node.lineno} {node.name}")

    assert too_long == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from otklik.cases.views import case", True),
        ("import otklik.cases.forms", True),
        ("from otklik.cases.actions import open_case", False),
        ("from otklik.cases import queries", False),
    ],
)
def test_the_border_guard_is_awake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, expected: bool) -> None:  # noqa: FBT001
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    (tmp_path / "voice").mkdir()
    path = tmp_path / "voice" / "handlers.py"
    path.write_text(line)

    assert bool(peeking(path)) is expected
