"""No line of a template or a style sheet of ours is longer than 120 characters: what no formatter breaks, we do.

Run: ``.venv/bin/python scripts/widths.py``; part of the gate.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDEST = 120


def main() -> int:
    wide = list(too_wide())
    sys.stderr.writelines(f"{path.relative_to(ROOT)}:{line}: {length} characters\n" for path, line, length in wide)
    return 1 if wide else 0


def too_wide() -> Iterator[tuple[Path, int, int]]:
    """File, line and length of each line that is too long; letters of tests and vendored files are not ours."""
    found = (path for folder in ("src", "scripts") for path in sorted((ROOT / folder).rglob("*.*")))
    for path in found:
        if path.suffix in {".html", ".css"} and not {"vendor", "node_modules"} & set(path.parts):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if len(line) > WIDEST:
                    yield path, number, len(line)


if __name__ == "__main__":
    sys.exit(main())
