import hashlib
import json
import re
from pathlib import Path

import otklik.ui

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
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


def test_a_built_file_is_made_of_what_its_own_lock_says() -> None:
    lock = json.loads((SCRIPTS / "prosemirror/package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = {f"{name.rpartition('node_modules/')[2]} {one.get('version')}" for name, one in lock.items() if name}

    licences = (STATIC / "vendor/prosemirror.LICENSES.txt").read_text(encoding="utf-8")
    contained = set(re.findall(r"(?m)^([\w.@/-]+ \d+\.\d+\.\d+)$", licences))

    assert contained <= locked
    assert {f"{name} {version}" for name, version in lock[""]["dependencies"].items()} <= contained
    assert all("integrity" in one and "resolved" not in one for name, one in lock.items() if name)
