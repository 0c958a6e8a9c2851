"""Fetch third-party browser files as locked in ``vendor.lock.json``, or write the lock anew.

``python scripts/vendor.py`` downloads each locked package with ``npm pack`` and refuses any file whose SHA-256 differs.
A package with ``built`` is a folder of ours beside this script: npm installs exactly what its own lock says, esbuild
makes one file of ``entry.js``, and the same comes out on every machine. Names on the command line: only these packages.
``python scripts/vendor.py --lock`` accepts what came and writes its checksums; a person reviews the difference.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parent / "src/otklik/ui/static/ui/vendor"
LOCK = VENDOR / "vendor.lock.json"
ESBUILD = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8", "--legal-comments=none")


def main(arguments: list[str]) -> int:
    packages: list[dict[str, Any]] = json.loads(LOCK.read_text(encoding="utf-8"))
    names = {argument for argument in arguments if argument != "--lock"}
    for package in packages:
        if names and package["name"] not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            source = build(package, Path(folder)) if "built" in package else fetch(package, Path(folder))
            keep(package, source, accept="--lock" in arguments)
        sys.stdout.write(f"{package['name']} {package['version']}: {len(package['files'])} files\n")
    LOCK.write_text(json.dumps(packages, indent="\t") + "\n", encoding="utf-8")
    return 0


def fetch(package: dict[str, Any], folder: Path) -> Path:
    spec = f"{package['name']}@{package['version']}"
    packed = subprocess.run(["npm", "pack", "--silent", spec], cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
        for file in package["files"]:
            archive.extract(f"package/{file['from']}", folder, filter="data")
    return folder / "package"


def build(package: dict[str, Any], folder: Path) -> Path:
    """One script, and the licences of all that went into it."""
    for name in ("package.json", "package-lock.json", "entry.js"):
        shutil.copy(HERE / package["built"] / name, folder)
    subprocess.run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=folder, check=True)
    esbuild = [
        folder / "node_modules/.bin/esbuild",
        "entry.js",
        *ESBUILD,
        "--outfile=bundle.js",
        "--metafile=meta.json",
    ]
    subprocess.run([*esbuild, "--log-level=warning"], cwd=folder, check=True)
    used = {_package_of(name) for name in json.loads((folder / "meta.json").read_text())["inputs"]} - {""}
    parts = [_licence(folder / "node_modules" / name) for name in sorted(used)]
    (folder / "LICENSES.txt").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return folder


def _package_of(file: str) -> str:
    home, _slash, rest = file.partition("node_modules/")
    parts = rest.split("/")
    return "" if home or not rest else "/".join(parts[: 2 if rest.startswith("@") else 1])


def _licence(package: Path) -> str:
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    text = next(file for file in sorted(package.iterdir()) if file.stem.upper().startswith("LICENSE"))
    return f"{about['name']} {about['version']}\n\n{text.read_text(encoding='utf-8').strip()}"


def keep(package: dict[str, Any], source: Path, *, accept: bool) -> None:
    contents = {file["from"]: (source / file["from"]).read_bytes() for file in package["files"]}
    for file in package["files"]:
        digest = hashlib.sha256(contents[file["from"]]).hexdigest()
        if not accept and digest != file["sha256"]:
            raise SystemExit(
                f"{package['name']}: {file['from']} is not the file we locked ({digest}). Nothing was written."
            )
        file["sha256"] = digest
    for file in package["files"]:
        (VENDOR / file["to"]).write_bytes(contents[file["from"]])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
