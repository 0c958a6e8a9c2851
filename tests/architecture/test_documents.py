"""What the documents name stands where they say: files, functions, events, settings, commands, headings."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from otklik.cli import parser
from otklik.foundation.events.announcing import known_events
from otklik.foundation.modules import permissions, policies

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "otklik"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
HISTORY = {"CHANGELOG.md"}
"""Tells of what was; names may be gone."""

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
SPOKEN = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"[\w./-]+\.(?:py|js|css|html|toml|json|po|sh)")
PLACE = re.compile(r"[a-z_]+(?:\.\w+)+(?:\(\))?")
SETTING = re.compile(r"\bOTKLIK_[A-Z_]+\b")
TARGET = re.compile(r"\bmake ([a-z]+)\b")
COMMAND = re.compile(r"(?:^|bin/)otklik ([a-z][a-z-]*)\b(?! - )", re.MULTILINE)
ELSEWHERE = {
    "sections.toml": "a file of an import",
    "/widget.js": "the address of the help button",
    "module.py": "one in each app",
    "urls.py": "one in each app",
    "/api/v1/openapi.json": "an address of the API",
}


@pytest.fixture(params=DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def document(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_links_lead_to_files_headings_and_functions(document: Path) -> None:
    text = FENCED.sub("", document.read_text())

    assert [problem for link in LINK.finditer(text) for problem in _astray(document, link)] == []


def test_names_stand_for_something(document: Path) -> None:
    if document.name in HISTORY:
        return
    said = [word for word in SPOKEN.findall(FENCED.sub("", document.read_text())) if not _is_known(word)]

    assert said == []


def test_settings_commands_and_targets_are_there(document: Path) -> None:
    if document.name in HISTORY:
        return
    text = document.read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert sorted(set(SETTING.findall(text)) - _settings()) == []
    assert [one for one in TARGET.findall("\n".join(_code(text))) if one not in targets] == []
    assert [one for code in _code(text) for one in COMMAND.findall(code) if one not in _commands()] == []


def _code(text: str) -> Iterator[str]:
    yield from FENCED.findall(text)
    yield from SPOKEN.findall(text)


def _astray(document: Path, link: re.Match[str]) -> Iterator[str]:
    target, _, heading = link["target"].partition("#")
    if re.match(r"[a-z]+:", target):
        return
    path = document.parent / target if target else document
    if not path.exists():
        yield f"{link['target']} is not there"
    elif heading and heading not in _headings(path):
        yield f"{link['target']} has no such heading"
    elif path.suffix == ".py":
        for spoken in SPOKEN.findall(link["text"]):
            name = spoken.rpartition(".")[2]
            if not spoken.endswith((".py", ".js", "/")) and "/" not in spoken and not _has(path, name):
                yield f"{target} does not define {name}"


def _headings(path: Path) -> set[str]:
    """The anchors that a forge makes of a document's headings."""
    found = re.findall(r"^#+ (.+)$", FENCED.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in found}


def _has(path: Path, name: str) -> bool:
    """Whether a file defines a name, or is the module or package of that name."""
    if name in {path.stem, path.parent.name}:
        return True
    pattern = rf"^\s*(?:def|class|async def) {re.escape(name)}\b|^{re.escape(name)}\b.* = |\b{re.escape(name)} as\b"
    return bool(re.search(pattern, path.read_text(), re.MULTILINE))


def _is_known(word: str) -> bool:
    if word in ELSEWHERE:
        return True
    if FILE.fullmatch(word):
        return any(f"/{path}".endswith("/" + word.lstrip("/")) for path in _files())
    first = word.partition(".")[0]
    if PLACE.fullmatch(word) and first in _apps():
        return word in _facts() or _resolves(word.removesuffix("()").split("."))
    return True


def _resolves(parts: list[str]) -> bool:
    """Whether a dotted name is a module of an app, a name in one, or a model of the app."""
    folder = SOURCE
    for place, part in enumerate(parts):
        rest = parts[place + 1 :]
        if (folder / part).is_dir():
            folder /= part
        elif (folder / f"{part}.py").is_file():
            return not rest or _has(folder / f"{part}.py", rest[0])
        else:
            inside = [folder / "__init__.py", *folder.rglob("*.py")]
            return any(file.is_file() and _has(file, part) for file in inside)
    return True


@cache
def _files() -> tuple[str, ...]:
    places = ("src", "tests", "scripts", "docs")
    return (
        *(str(path.relative_to(ROOT)) for place in places for path in (ROOT / place).rglob("*.*")),
        *(path.name for path in ROOT.iterdir()),
    )


@cache
def _apps() -> frozenset[str]:
    return frozenset(path.name for path in SOURCE.iterdir() if path.is_dir())


@cache
def _facts() -> frozenset[str]:
    """Names that apps give to what happens and to rules."""
    code = "\n".join(path.read_text() for path in SOURCE.glob("*/module.py"))
    models = {f"{model._meta.app_label}.{model.__name__}" for model in apps.get_models()}
    return frozenset(
        {*known_events(), *policies(), *permissions(), *models, *re.findall(r'"([a-z_]+\.[a-z_]+)"', code)}
    )


@cache
def _settings() -> frozenset[str]:
    """Each variable of the environment that some code reads."""
    code = "\n".join(path.read_text() for folder in (SOURCE, ROOT / "tests", ROOT / ".ci") for path in _texts(folder))
    named = set(SETTING.findall(code))
    return frozenset(named | {f"OTKLIK_{one}" for one in re.findall(r'"([A-Z][A-Z_]+)"', code)})


def _texts(folder: Path) -> Iterator[Path]:
    yield from folder.rglob("*.py")
    yield from (path for path in folder.iterdir() if path.is_file() and not path.suffix)


@cache
def _commands() -> frozenset[str]:
    actions = parser()._subparsers
    assert actions is not None
    [chosen] = [one.choices for one in actions._group_actions]
    return frozenset(chosen or ())
