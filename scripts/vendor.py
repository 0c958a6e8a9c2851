"""Fetch third-party browser files as locked in ``vendor.lock.json``, or write the lock anew.

``python scripts/vendor.py`` downloads each locked package with ``npm pack`` and refuses any file whose SHA-256 differs.
``python scripts/vendor.py --lock`` accepts what came and writes its checksums; a person reviews the difference.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "src/otklik/ui/static/ui/vendor"
LOCK = VENDOR / "vendor.lock.json"


def main(arguments: list[str]) -> int:
    packages: list[dict[str, Any]] = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in packages:
        fetch(package, accept="--lock" in arguments)
        sys.stdout.write(f"{package['name']} {package['version']}: {len(package['files'])} files\n")
    LOCK.write_text(json.dumps(packages, indent="\t") + "\n", encoding="utf-8")
    return 0


def fetch(package: dict[str, Any], *, accept: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        spec = f"{package['name']}@{package['version']}"
        packed = subprocess.run(
            ["npm", "pack", "--silent", spec], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(folder) / packed.stdout.strip().splitlines()[-1]) as archive:
            for file in package["files"]:
                archive.extract(f"package/{file['from']}", folder, filter="data")
                content = (Path(folder) / "package" / file["from"]).read_bytes()
                digest = hashlib.sha256(content).hexdigest()
                if not accept and digest != file["sha256"]:
                    raise SystemExit(
                        f"{spec}: {file['from']} is not the file we locked ({digest}). Nothing was written."
                    )
                file["sha256"] = digest
                (VENDOR / file["to"]).write_bytes(content)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
