"""All small breaks of the product that ``mutants.py`` knows."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOADING = ""
"""The name of what is no test: that everything is loaded."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One small break: ``old`` at these offsets of the module is ``new``."""

    path: str
    line: int
    function: str
    begin: int
    end: int
    old: str
    new: str

    def applied_to(self, source: bytes) -> bytes:
        return source[: self.begin] + self.new.encode() + source[self.end :]

    def found_again(self) -> "Mutant | None":
        """The same break in the code of today, whichever line it moved to; None when that code is gone."""
        path = ROOT / self.path
        same = (self.function, self.old, self.new)
        today = [one for one in mutants_of(path) if (one.function, one.old, one.new) == same] if path.exists() else []
        return min(today, key=lambda one: abs(one.line - self.line), default=None)


# ── All small breaks ──────────────────────────────────────────────────────────────────────
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
QUERIES = {"filter", "exclude", "update"}
SILENT = {"logger", "_forget", "forget", "wake_workers"}
"""Calls whose absence changes nothing but logs and haste."""


def modules() -> Iterator[Path]:
    for path in sorted((ROOT / "src" / "otklik").rglob("*.py")):
        parts = path.relative_to(ROOT / "src" / "otklik").with_suffix("").parts
        if "migrations" not in parts and (parts[0] == "foundation" or "actions" in parts):
            yield path


def mutants_of(path: Path) -> Iterator[Mutant]:
    source = path.read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for function, node, new in _breaks(ast.parse(source)):
        begin = starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        old, line, name = source[begin:end].decode(), node.lineno, str(path.relative_to(ROOT))  # type: ignore[attr-defined]
        if old != new:
            yield Mutant(path=name, line=line, function=function, begin=begin, end=end, old=old, new=new)


def _breaks(node: ast.AST, function: str = "", *, is_running: bool = False) -> Iterator[tuple[str, ast.AST, str]]:
    """The function, the node and what could stand for it; '' outside any, and a class for what its body says."""
    inner, runs = function, is_running
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        children: Iterable[ast.AST] = node.body
        if not is_running:
            inner, runs = f"{function}.{node.name}".lstrip("."), not isinstance(node, ast.ClassDef)
    else:
        yield from ((function if is_running else "", at, new) for at, new in _ways(node))
        unspoken = {id(getattr(node, name, None)) for name in ("annotation", "msg")}
        children = () if _is_silent(node) else (one for one in ast.iter_child_nodes(node) if id(one) not in unspoken)
    for child in children:
        yield from _breaks(child, inner, is_running=runs)


def _is_silent(node: ast.AST) -> bool:
    """Docstrings, logs and haste."""
    if not isinstance(node, ast.Expr):
        return False
    if not isinstance(node.value, ast.Call):
        return isinstance(node.value, ast.Constant)
    names = {one.id for one in ast.walk(node.value.func) if isinstance(one, ast.Name)}
    names |= {one.attr for one in ast.walk(node.value.func) if isinstance(one, ast.Attribute)}
    return bool(names & SILENT)


def _ways(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in TURNED:
            yield node, f"({ast.unparse(ast.Compare(left, [TURNED[type(op)]()], [right]))})"
        case ast.BoolOp(op=op, values=values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield node, f"({ast.unparse(ast.BoolOp(other, values))})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, f"({ast.unparse(operand)})"
        case ast.If(test=test) | ast.IfExp(test=test) if isinstance(test, ast.Name | ast.Attribute | ast.Call):
            yield test, f"(not {ast.unparse(test)})"
    yield from _other_ways(node)


def _other_ways(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.Constant(value=bool() as truth):
            yield node, str(not truth)
        case ast.Constant(value=int() as number):
            yield node, str(number + 1)
        case ast.Raise():
            yield node, "pass"
        case ast.Expr(value=ast.Call()) if not _is_silent(node):
            yield node, "pass"
        case ast.Call(func=ast.Attribute(attr=name)) if name in QUERIES and len(node.keywords) > 1:
            for left_out in node.keywords:
                kept = [one for one in node.keywords if one is not left_out]
                yield node, ast.unparse(ast.Call(node.func, node.args, kept))
