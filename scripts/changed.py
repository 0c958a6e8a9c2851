"""Which tests a change can touch: ``make test TESTS=changed`` runs these, counted from where this branch left ``main``.

A test is touched by what it imports, through its helpers and through our code (the graph of import-linter). Three
things are reached without an import: pages, by their address; reactions, by what they hear; templates, by name. So

- a test of pages (one that lies in the folder of the page's app, for staff in ``tests/desk``, or asks as a client from
  anywhere else) is touched by whatever the pages of that app import, and by that app's templates and static files;
- a test of an app whose events a reaction hears is touched by whatever that reaction imports;
- tests of a whole house are touched by every page.

A migration, a manifest, a dependency and what all tests share touch everything. Prints what pytest is to be given.
"""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).resolve().parent.parent
ALWAYS: Final = "tests/architecture"
SHARED: Final = (
    "conftest.py",
    "tests/timing.py",
    "tests/prepared.py",
    "pyproject.toml",
    "uv.lock",
    "src/otklik/config/settings.py",
    ".ci/",
)
FACES: Final = {"views", "urls", "urls_account", "api", "templatetags"}
"""Modules that are reached by an address."""
REACTIONS: Final = {"handlers", "clock"}
WHOLE: Final = {"config", "commands", "cli", "bench", "demo"}
"""They put everything together: reached by every change, and followed only from their own."""
OF_PAGES: Final = {"desk", "portal", "ui", "api"}
"""Folders of tests that are about pages or the API; ``desk`` has those of every app's pages of the staff."""
CLIENT: Final = ("client", "Client(")
HOUSE: Final = {"tests.browser.house", "tests.runtime.building"}


def changed_files(root: Path, base: str = "main") -> set[str]:
    """Paths that differ from where this branch left ``base``: committed, not yet committed, and new."""
    left_at = _git(root, "merge-base", base, "HEAD")[0]
    differs = _git(root, "diff", "--name-only", "--no-renames", left_at)
    return {*differs, *_git(root, "ls-files", "--others", "--exclude-standard")}


def _git(root: Path, *command: str) -> list[str]:
    done = subprocess.run(
        ["git", "-C", root, "-c", "core.quotePath=off", *command], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@dataclass(frozen=True)
class Tests:
    """All test files below ``root`` and what they reach."""

    root: Path

    def touched_by(self, files: Iterable[str]) -> list[str]:
        """What pytest is to be given, sorted; ``["tests"]`` when everything is touched."""
        found = {ALWAYS}
        for file in files:
            if file.startswith(SHARED) or file.endswith(("/apps.py", "/module.py")) or "/migrations/" in file:
                return ["tests"]
            found |= set(self._touched_by(file))
        return sorted(one for one in found if (self.root / one).exists())

    def _touched_by(self, file: str) -> Iterator[str]:
        module = _module(file)
        if file.startswith("tests/"):
            yield from self._by_helper(file)
        elif module in self.graph.modules:
            yield from set(self._by_module(module)) or self._of_a_house()  # what a manifest alone names, a house runs
        elif file.startswith("src/otklik/"):
            yield from self._by_page(file.split("/")[2])
        if not file.endswith(".py"):
            yield from (test for test, text in self.texts.items() if Path(file).name in text)

    def _by_helper(self, file: str) -> Iterator[str]:
        """A test itself; whoever imports a helper; all tests beside or below a ``conftest.py`` and beside data."""
        place = Path(file).parent
        while not list((self.root / place).glob("test_*.py")) and place != Path("tests"):
            place = place.parent
        is_for_folder = not file.endswith(".py") or Path(file).name == "conftest.py"
        for test in self.texts:
            if test == file or _module(file) in self.imports[test] or (is_for_folder and test.startswith(f"{place}/")):
                yield test

    def _by_module(self, module: str) -> Iterator[str]:
        above = {module, *self.graph.find_downstream_modules(module, as_package=False)}
        if _app(module) in WHOLE:
            yield from self._of_a_house()
        else:
            above = {one for one in above if _app(one) not in WHOLE}
        yield from (test for test, imported in self.imports.items() if not above.isdisjoint(imported))
        for app in {app for one in above for app in self._faces_of(one)}:
            yield from self._by_page(app)
        hearing = self._in_folders({app for one in above for app in self._heard_by(one)})
        yield from (test for test in hearing if "django_db" in self.texts[test])

    def _faces_of(self, module: str) -> set[str]:
        """Whose pages it answers; ``config`` for what the settings name (middleware, sessions, …): a part of all."""
        kind = set(module.split(".")[2:])
        if kind & FACES:
            return {"api" if "api" in kind else _app(module)}
        return {"config"} if f'"{module}.' in self.settings or f'"{module}"' in self.settings else set()

    def _heard_by(self, module: str) -> set[str]:
        """Whose events it reacts to, if it reacts to any."""
        if module.rpartition(".")[2] not in REACTIONS:
            return set()
        imported = self.graph.find_modules_directly_imported_by(module)
        return {_app(one) for one in (module, *imported) if one == module or one.endswith(".events")}

    @cached_property
    def settings(self) -> str:
        return (self.root / "src/otklik/config/settings.py").read_text(encoding="utf-8")

    def _by_page(self, app: str) -> Iterator[str]:
        """``ui`` is the look of all pages, the shell serves all of them."""
        of_app = {app} if app in OF_PAGES else {app, "desk"}
        yield from self._in_folders(of_app if app not in {"ui", "locale", *WHOLE} else OF_PAGES)
        yield from self._of_a_house()
        for test, text in self.texts.items():
            if test.split("/")[1] not in OF_PAGES and any(word in text for word in CLIENT):
                yield test

    def _of_a_house(self) -> Iterator[str]:
        yield from (test for test, imported in self.imports.items() if imported & HOUSE)

    def _in_folders(self, apps: set[str]) -> Iterator[str]:
        yield from (test for test in self.texts if test.split("/")[1] in apps)

    @cached_property
    def graph(self) -> grimp.ImportGraph:
        return grimp.build_graph("otklik", cache_dir=str(self.root / ".import_linter_cache"))

    @cached_property
    def texts(self) -> dict[str, str]:
        found = sorted((self.root / "tests").rglob("test_*.py"))
        return {str(file.relative_to(self.root)): file.read_text(encoding="utf-8") for file in found}

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """Of each test file, modules of ours and of its helpers; those of a ``conftest.py`` above it included."""
        direct = {
            _module(str(file.relative_to(self.root))): set(_imported(file))
            for file in (self.root / "tests").rglob("*.py")
        }
        return {test: _closure({_module(test), *_conftests(test)}, direct) for test in self.texts}


def _closure(found: set[str], direct: dict[str, set[str]]) -> set[str]:
    known, ahead = set(), list(found)
    while ahead:
        one = ahead.pop()
        if one not in known:
            known.add(one)
            ahead += direct.get(one, ())
    return known


def _conftests(test: str) -> set[str]:
    return {_module(str(place / "conftest.py")) for place in Path(test).parents}


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from accumulate(node.module.split("."), "{}.{}".format)  # the packages around it are run as well
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _module(file: str) -> str:
    return file.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _app(module: str) -> str:
    return module.split(".")[1] if "." in module else module


if __name__ == "__main__":
    print(*Tests(ROOT).touched_by(changed_files(ROOT, *sys.argv[1:])))
