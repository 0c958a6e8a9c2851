"""Append Tabler icons to our sprite: ``python scripts/icons.py sun trash``. Needs ``npm`` to fetch the package.

Names that are already there are left as they are, so that the look of a page never changes by surprise.
"""

import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@tabler/icons@3.51.0"
SPRITE = Path(__file__).resolve().parent.parent / "src/otklik/ui/static/ui/icons/sprite.svg"


def main(names: list[str]) -> int:
    sprite = SPRITE.read_text(encoding="utf-8")
    symbols = dict(re.findall(r'(?m)^(?=<symbol id="([\w-]+)")(.*)$', sprite))
    wanted = [name for name in names if name not in symbols]
    if wanted:
        symbols |= fetch(wanted)
        lines = [symbols[name] for name in sorted(symbols)]
        SPRITE.write_text(
            '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(lines) + "\n</svg>\n", encoding="utf-8"
        )
    sys.stdout.write(f"{len(wanted)} added, {len(symbols)} icons in {SPRITE.name}\n")
    return 0


def fetch(names: list[str]) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(folder) / packed.stdout.strip().splitlines()[-1]) as package:
            package.extractall(folder, filter="data")
        outlines = Path(folder) / "package/icons/outline"
        if missing := [name for name in names if not (outlines / f"{name}.svg").exists()]:
            raise SystemExit(f"Tabler has no outline icon called {', '.join(missing)}: see https://tabler.io/icons")
        return {name: symbol(name, (outlines / f"{name}.svg").read_text(encoding="utf-8")) for name in names}


def symbol(name: str, svg: str) -> str:
    shapes = re.findall(r"<(?:path|circle|rect|line|ellipse|polyline)\b[^>]*/>", svg)
    kept = [re.sub(r"\s*/>$", "/>", shape) for shape in shapes if 'stroke="none" d="M0 0h24v24H0z"' not in shape]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(kept)}</symbol>'


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
