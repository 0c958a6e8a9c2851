"""Put uv into a folder, with any Python from 3.8 on and nothing else: ``python3 scripts/get_uv.py FOLDER``.

First by a virtual environment and pip; where a system has neither (a bare Debian), by fetching the
wheel from the package index with the standard library alone.
"""

import json
import os
import platform
import re
import stat
import subprocess
import sys
import sysconfig
import urllib.parse
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path


def main(folder: Path) -> int:
    target = folder / "uv"
    print("Fetching uv into %s ..." % folder, flush=True)
    if not (by_pip(folder, target) or by_wheel(target)):
        print("uv could not be fetched: install it (https://docs.astral.sh/uv/), then try again.", file=sys.stderr)
        return 1
    return 0


def by_pip(folder: Path, target: Path) -> bool:
    home = folder / "pip"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if subprocess.call([sys.executable, "-m", "venv", str(home)], **quiet):
        return False
    python = home / "bin" / "python"
    if subprocess.call([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"], **quiet):
        return False
    if target.is_symlink() or target.exists():
        target.unlink()
    target.symlink_to(Path("pip") / "bin" / "uv")
    return works(target)


def by_wheel(target: Path) -> bool:
    index = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"
    page = "%s/uv/" % index.rstrip("/")
    request = urllib.request.Request(page, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            files = json.load(answer)["files"]
        wheel = newest_wheel(files)
        with urllib.request.urlopen(urllib.parse.urljoin(page, wheel["url"]), timeout=300) as answer:
            unpack(answer.read(), target)
    except (OSError, ValueError, LookupError):
        return False
    return works(target)


def newest_wheel(files: list) -> dict:
    """The last release that fits this machine."""
    fitting = [file for file in files if re.search(tag(), file["filename"]) and not file.get("yanked")]
    return max(fitting, key=lambda file: [int(part) for part in file["filename"].split("-")[1].split(".")])


def tag() -> str:
    machine = {"amd64": "x86_64", "aarch64": "(aarch64|arm64)", "arm64": "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    if sys.platform == "darwin":
        return r"^uv-[\d.]+-py3-none-macosx_\d+_\d+_%s\.whl$" % machine
    libc = "musllinux" if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "") else "manylinux"
    return r"^uv-[\d.]+-py3-none-%s[\w.]*_%s\.(manylinux\w+\.)?whl$" % (libc, machine)


def unpack(wheel: bytes, target: Path) -> None:
    with zipfile.ZipFile(BytesIO(wheel)) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
        target.write_bytes(archive.read(name))
    target.chmod(target.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def works(program: Path) -> bool:
    return subprocess.call([str(program), "--version"], stdout=subprocess.DEVNULL) == 0


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    sys.exit(main(place))
