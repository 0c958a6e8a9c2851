"""What is made once and copied by many tests, because a hundred migrations take longer than most of them."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE = ROOT / ".tools" / "test-houses"


def fingerprint() -> str:
    """Changes with whatever makes an empty database another one: migrations, and what they are run by."""
    files = [ROOT / "uv.lock", *sorted(ROOT.glob("src/otklik/*/migrations/*.py"))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def prepare_house(folder: Path) -> None:
    """Fill a data folder with what ``otklik prepare`` makes; a secret key and inboxes are still to come."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    subprocess.run(["cp", "--archive", "--reflink=auto", f"{_made()}/.", folder], check=True)


def _made() -> Path:
    """The folder that is copied, for today's migrations; whoever comes first makes it."""
    MADE.mkdir(parents=True, exist_ok=True)
    folder = MADE / fingerprint()
    with (MADE / "making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for old in MADE.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            making = MADE / "making"
            environment = {
                name: value for name, value in os.environ.items() if not name.startswith(("OTKLIK_", "DATABASE_"))
            }
            command = [sys.executable, "-m", "otklik.cli", "prepare", "--data-dir", str(making)]
            subprocess.run(command, env=environment, check=True, capture_output=True, timeout=180)
            for own in (".secret_key.lock", "secret_key", "up.lock"):
                (making / own).unlink(missing_ok=True)
            making.rename(folder)
    return folder
