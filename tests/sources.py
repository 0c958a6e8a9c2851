"""The product and its tests as trees, for tests that count."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "otklik"

type Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def product(*parts: str) -> list[Path]:
    """Modules of the product without migrations; below ``parts`` when they are given."""
    found = sorted(PACKAGE.joinpath(*parts).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


def tried() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


def functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def called(call: ast.Call) -> str:
    """The last name of what is called: ``refused`` of ``self.refused(…)``."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def strings(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def module_of(path: Path) -> str:
    """``cases.actions.solving`` of a module of the product."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
