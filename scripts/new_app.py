"""``new_app.py NAME``: a new app that does a little of everything, to be changed into what it shall be.

Its folder and its tests are copies of ``scripts/new_app``; beside them it is named twice: in the list of apps
(``config/modules.py``) and in the layers of ``pyproject.toml``, under the faces and above all else.
"""

import keyword
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATTERN = ROOT / "scripts" / "new_app"
LIST = ROOT / "src" / "otklik" / "config" / "modules.py"
CONTRACT = ROOT / "pyproject.toml"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 64
    [name] = arguments
    if problem := why_not(name):
        print(f"new_app: {problem}", file=sys.stderr)
        return 1
    make(name)
    print(f"src/otklik/{name} and tests/{name} are there. Next: `make messages openapi`, then `make check`.")
    return 0


def why_not(name: str) -> str:
    """Why no app can be called so; '' when one can."""
    if not re.fullmatch(r"[a-z][a-z0-9]{2,29}", name) or keyword.iskeyword(name):
        return f"{name!r} is no name for an app: 3 to 30 small Latin letters and digits, a letter first."
    if (ROOT / "src" / "otklik" / name).exists() or (ROOT / "tests" / name).exists():
        return f"{name} is there already."
    return ""


def make(name: str) -> None:
    copy(PATTERN / "app", ROOT / "src" / "otklik" / name, name)
    copy(PATTERN / "tests", ROOT / "tests" / name, name)
    line = f'    "{name}",\n'
    insert(LIST, '    "portal",\n', line + '    "portal",\n')
    insert(CONTRACT, '    "desk | portal",\n', '    "desk | portal",\n' + line)


def copy(source: Path, target: Path, name: str) -> None:
    """The folder with the new name in every path and text."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            place = target / named(str(path.relative_to(source)), name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(named(path.read_text(encoding="utf-8"), name), encoding="utf-8")


def named(text: str, name: str) -> str:
    return text.replace("sample", name).replace("Sample", name.capitalize())


def insert(path: Path, line: str, lines: str) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count(line) != 1:
        raise SystemExit(f"new_app: {path} has no line {line.strip()} of its own; name the app there by hand.")
    path.write_text(text.replace(line, lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
