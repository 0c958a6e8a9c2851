"""Whoever locks has a test that shows, with real threads, what the lock is for."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources import Function, called, functions, module_of, product, strings, tree_of, tried

HOLDERS = {"hold", "held", "hold_as_it_was"}
"""Of ``cases``: they lock for others."""
EXEMPT = {"team.actions.go_away": "asks only about the deputy, and the lock is about admins"}
LOCKING_SQL = ("pg_advisory_", "pg_try_advisory_", "FOR UPDATE", "FOR KEY SHARE")
THREADS = {"while_open", "both", "at_once", "Thread", "ThreadPoolExecutor", "_thread", "_at_once"}


def locking(path: Path) -> Iterator[str]:
    """Functions for others of a module that lock, themselves or by what stands beside them; jobs only call them."""
    tree, holders = tree_of(path), HOLDERS if module_of(path).startswith("cases.") else set()
    tables = {name for node in tree.body if _locks(node) for name in _assigned(node)}
    known = {
        one.name: one for one in functions(tree) if not any("task(" in ast.unparse(by) for by in one.decorator_list)
    }
    found: set[str] = set()
    for _round in known:
        lockers = found | holders | tables
        found |= {name for name, function in known.items() if _locks(function) or _uses(function, lockers)}
    return (f"{module_of(path)}.{name}" for name in sorted(found) if not name.startswith("_"))


def _is_job(function: Function) -> bool:
    return any("task(" in ast.unparse(decorator) for decorator in function.decorator_list)


def _locks(node: ast.AST) -> bool:
    if isinstance(node, ast.ClassDef) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return False
    silent = [one.value for one in ast.walk(node) if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)]
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and called(one) == "select_for_update":
            return True
        if isinstance(one, ast.Constant) and one not in silent and any(word in str(one.value) for word in LOCKING_SQL):
            return True
    return False


def _assigned(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {one.id for one in targets if isinstance(one, ast.Name)}


def _uses(function: ast.AST, names: set[str]) -> bool:
    calls = {called(one) for one in ast.walk(function) if isinstance(one, ast.Call)}
    given = {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}
    return bool(calls & names) or bool(given & {name for name in names if name.startswith("_")})


def shown(path: Path) -> Iterator[str]:
    """What tests of a module say that they show."""
    for function in functions(tree_of(path)):
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and called(decorator) == "locks" and _uses(tree_of(path), THREADS):
                yield from strings(decorator)


def watched() -> list[Path]:
    """Actions, and the ground that they stand on; commands lock out other processes, which their own tests start."""
    return [path for path in product() if "actions" in module_of(path).split(".") or "foundation" in path.parts]


def test_every_lock_is_shown_by_threads() -> None:
    lockers = {name for path in watched() for name in locking(path)} - EXEMPT.keys()

    assert lockers == {name for path in tried() for name in shown(path)}
    assert len(lockers) > 50


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("def act():\n Case.objects.select_for_update().get()", {"act"}),
        ("def act():\n _look()\ndef _look():\n cursor.execute('SELECT pg_advisory_xact_lock(1)')", {"act"}),
        ("_rows = Compiled(lambda: Case.objects.select_for_update())\ndef act():\n _rows(case=1)", {"act"}),
        ("def act():\n hold(case)", {"act"}),
        ("def act():\n 'Beside FOR UPDATE nothing.'", set()),
        ("def act():\n Case.objects.get()", set()),
    ],
)
def test_the_counter_sees_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, names: set[str]) -> None:
    path = tmp_path / "acting.py"
    path.write_text(lines)
    monkeypatch.setitem(globals(), "module_of", lambda _path: "cases.actions.acting")

    assert {name.rpartition(".")[2] for name in locking(path)} == names
