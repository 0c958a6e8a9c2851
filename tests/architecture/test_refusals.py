"""Whatever the product refuses, a test has heard it refuse, by this very code."""

import ast
from collections.abc import Iterator

import pytest

from tests.sources import Function, called, functions, product, strings, tree_of, tried

EXEMPT: dict[str, str] = {}
"""Codes without a refused test, each with the reason."""

type Makers = dict[str, tuple[int, str]]
"""Functions that make a refusal: which argument is its code, and what is put around it."""


# ── What the product can say ──────────────────────────────────────────────────────────────
def said(tree: ast.Module) -> set[str]:
    """Codes of all refusals of a module, also those that one of its functions is given by another."""
    makers: Makers = {"Refusal": (0, "{}"), "problem": (0, "{}")}
    for function in functions(tree):
        for code in codes_in(function, makers):
            given = code if isinstance(code, ast.Name) else next(iter(_holes(code)), None)
            if given is not None and given.id in (names := [one.arg for one in function.args.args]):
                makers[function.name] = (names.index(given.id), _around(code))
    found: set[str] = set()
    for function in functions(tree):
        for code in codes_in(function, makers):
            found |= _values(code, function, tree)
    return found | {
        code for kind in _kinds_of_refusal(tree) for call in _supers(kind) for code in strings(call.args[0])
    }


def codes_in(function: Function, makers: Makers) -> Iterator[ast.expr]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and called(call) in makers:
            place, around = makers[called(call)]
            if len(call.args) > place:
                code = call.args[place]
                is_word = isinstance(code, ast.Constant)
                yield ast.Constant(around.format(code.value)) if is_word else code  # type: ignore[attr-defined]


def _holes(code: ast.expr) -> Iterator[ast.Name]:
    if isinstance(code, ast.JoinedStr):
        yield from (one for one in ast.walk(code) if isinstance(one, ast.Name))


def _around(code: ast.expr) -> str:
    parts = code.values if isinstance(code, ast.JoinedStr) else []
    return "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in parts) or "{}"  # type: ignore[misc]


def _values(code: ast.expr, function: Function, tree: ast.Module) -> set[str]:
    """What an expression can be: a word, one of two, a variable of the function or what a table of the module holds."""
    match code:
        case ast.Constant(value=str(word)):
            return {word}
        case ast.IfExp(body=one, orelse=other):
            return _values(one, function, tree) | _values(other, function, tree)
        case ast.Name(id=name):
            return {word for value in _assigned(function, name) for word in _values(value, function, tree)}
        case ast.Subscript(value=ast.Name(id=name)):
            tables = [value for value in _assigned(tree, name) if isinstance(value, ast.Dict)]
            return {word for table in tables for value in table.values for word in strings(value)}
    return set()


def _assigned(where: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(where):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            yield node.value


def _kinds_of_refusal(tree: ast.Module) -> Iterator[ast.ClassDef]:
    for kind in ast.walk(tree):
        if isinstance(kind, ast.ClassDef) and "Refusal" in {ast.unparse(base) for base in kind.bases}:
            yield kind


def _supers(kind: ast.ClassDef) -> Iterator[ast.Call]:
    for call in ast.walk(kind):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
            yield call


# ── What the tests have heard ─────────────────────────────────────────────────────────────
HEARERS = {"heard", "refused", "code", "codes"}


def awaited(tree: ast.Module) -> set[str]:
    """Codes that a test fails without: in ``refused("…")``, or compared with a heard code in an ``assert``."""
    found: set[str] = set()
    for function in functions(tree):
        takes_code = False
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and called(node) == "refused" and node.args:
                found |= strings(node.args[0]) if isinstance(node.args[0], ast.Constant) else set()
                takes_code |= _reads(node.args[0], {"code"})
            elif isinstance(node, ast.Assert):
                for compare in _comparisons(node):
                    found |= strings(compare) - {"code"}
                    takes_code |= _reads(compare, {"code"})
        if takes_code:
            found |= _given_to(function)
    return found


def _comparisons(claim: ast.Assert) -> Iterator[ast.Compare]:
    for node in ast.walk(claim):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.In):
            reads_field = any(
                isinstance(one, ast.Subscript) and strings(one.slice) == {"code"} for one in ast.walk(node)
            )
            if reads_field or _reads(node, HEARERS):
                yield node


def _reads(node: ast.AST, names: set[str]) -> bool:
    return any(
        (isinstance(one, ast.Name) and one.id in names) or (isinstance(one, ast.Attribute) and one.attr in names)
        for one in ast.walk(node)
    )


def _given_to(function: Function) -> set[str]:
    """What ``parametrize`` or a loop gives as ``code``."""
    found: set[str] = set()
    for loop in ast.walk(function):
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Tuple) and isinstance(loop.iter, ast.Tuple):
            names = [ast.unparse(one) for one in loop.target.elts]
            if "code" in names:
                found |= {word for row in loop.iter.elts for word in strings(_at(row, names.index("code")))}
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and called(decorator) == "parametrize" and len(decorator.args) > 1:
            names = [name.strip() for text in strings(decorator.args[0]) for name in text.split(",")]
            if isinstance(decorator.args[0], ast.Tuple):
                names = [one.value for one in decorator.args[0].elts if isinstance(one, ast.Constant)]  # type: ignore[misc]
            if "code" in names and isinstance(decorator.args[1], ast.List):
                found |= {word for row in decorator.args[1].elts for word in strings(_at(row, names.index("code")))}
    return found


def _at(row: ast.expr, place: int) -> ast.expr:
    values = row.elts if isinstance(row, ast.Tuple) else row.args if isinstance(row, ast.Call) else [row]
    return values[place]


# ── The count ─────────────────────────────────────────────────────────────────────────────
def test_every_refusal_has_been_heard_by_a_test() -> None:
    all_said = {code for path in product() for code in said(tree_of(path))}
    all_awaited = {code for path in tried() for code in awaited(tree_of(path))}

    assert sorted(all_said - all_awaited - EXEMPT.keys()) == []
    assert EXEMPT.keys() <= all_said - all_awaited
    assert len(all_said) > 100


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("def f(): raise Refusal('gone', _('Gone.'))", {"gone"}),
        ("def f(a): raise Refusal('gone' if a else 'here', '')", {"gone", "here"}),
        ("def f():\n code = 'gone'\n raise Refusal(code, '')", {"gone"}),
        ("def f(code): return Refusal(code, '')\ndef g(): raise f('gone')", {"gone"}),
        ("def f(a, field): return Refusal(f'{field}_gone', '')\ndef g(): raise f(1, 'all')", {"all_gone"}),
        ("class Gone(Refusal):\n def __init__(self): super().__init__('gone', '')", {"gone"}),
        ("T = {1: 'gone'}\ndef f(a): return problem(T[a], '')", {"gone"}),
    ],
)
def test_the_counter_sees_what_is_said(lines: str, codes: set[str]) -> None:
    assert said(ast.parse(lines)) == codes


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("with refused('gone'): act()", {"gone"}),
        ("assert error.value.code == 'gone'", {"gone"}),
        ("assert (answer.status_code, answer.json()['code']) == (422, 'gone')", {"gone"}),
        ("assert heard == ['gone']", {"gone"}),
        ("assert error.value.code != 'gone'", set()),
        ("assert 'gone' not in heard", set()),
        ("assert page.title == 'gone'", set()),
        ("print('gone', answer.code)", set()),
    ],
)
def test_the_counter_sees_what_is_heard(line: str, codes: set[str]) -> None:
    assert awaited(ast.parse(f"def test():\n {line}")) == codes
