import hashlib
import json
from pathlib import Path

import otklik.ui

STATIC = Path(otklik.ui.__file__).parent / "static/ui"


def test_vendored_files_are_the_locked_ones() -> None:
    packages = json.loads((STATIC / "vendor/vendor.lock.json").read_text(encoding="utf-8"))
    locked = {file["to"]: file["sha256"] for package in packages for file in package["files"]}

    on_disk = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (STATIC / "vendor").iterdir()
        if file.name != "vendor.lock.json"
    }

    assert on_disk == locked
    assert all(package["licence"] for package in packages)
