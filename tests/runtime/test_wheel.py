"""The wheel alone is enough: installed into an empty environment elsewhere, it serves styled, translated pages."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.runtime.building import Place, System

ROOT = Path(__file__).resolve().parents[2]
UV = str(ROOT / "scripts" / "uv")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh virtual environment with nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", folder / "dist"], cwd=ROOT, check=True)
    subprocess.run([UV, "venv", "--quiet", "--python", "3.13", folder / "venv"], cwd=ROOT, check=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    requirements = folder / "requirements.txt"
    export = [UV, "export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--output-file", requirements]
    subprocess.run(export, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    install = [UV, "pip", "install", "--quiet", "--python", folder / "venv" / "bin" / "python"]
    subprocess.run([*install, "--requirements", requirements, wheel], cwd=ROOT, check=True)
    return folder / "venv" / "bin"


def test_the_wheel_runs_with_templates_static_files_and_russian(installed: Path, tmp_path: Path) -> None:
    place = Place(tmp_path / "data", [str(installed / "otklik")])
    system = System(place)
    system.start()
    try:
        _status, page = system.get("/account/login/")  # becomes "/" when the portal has a start page
        styles = re.search(r'href="(/static/[^"]+\.css)"', page)

        assert system.get("/healthz") == (200, "ok\n")
        assert '<html lang="ru"' in page
        assert styles is not None
        assert system.get(styles[1])[0] == 200
        assert "Войти" in page
    finally:
        assert system.stop() == 0


def test_the_wheel_holds_no_tests_and_no_parts(installed: Path) -> None:
    package = next((installed.parent / "lib").glob("python3.13/site-packages/otklik"))

    assert shutil.which("otklik", path=str(installed)) is not None
    assert (package / "locale" / "ru" / "LC_MESSAGES" / "django.mo").is_file()
    assert not list(package.rglob("tests")) + list(package.rglob("parts"))
