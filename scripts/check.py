"""The gate: everything that must hold beside the tests. Runs all of it, then says what failed."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "format": [BIN / "ruff", "format", "--check", "--quiet"],
    "templates": [BIN / "djangofmt", "--check", "src", "scripts"],
    "style sheets": [BIN / "oxfmt", "--check", "src/**/*.css", "!src/**/vendor/**"],
    "widths": [sys.executable, "scripts/widths.py"],
    "lint": [BIN / "ruff", "check", "--quiet"],
    "layers": [BIN / "lint-imports"],
    "types": [BIN / "mypy"],
    "migrations": [BIN / "django-admin", "makemigrations", "--check", "--dry-run"],
    "translations": [sys.executable, "scripts/messages.py", "check"],
    "API": [sys.executable, "scripts/openapi.py", "check"],
    "deployment": [BIN / "django-admin", "check", "--deploy", "--fail-level", "WARNING"],
}


def main() -> int:
    os.chdir(ROOT)
    failed = [name for name, command in CHECKS.items() if not holds(name, [str(part) for part in command])]
    if failed:
        print(f"\nThe gate is closed: {', '.join(failed)}.", flush=True)
    return 1 if failed else 0


def holds(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    seconds = time.monotonic() - began
    print(f"{'ok' if done.returncode == 0 else 'FAILED':>6}  {name} ({seconds:.0f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def environment() -> dict[str, str]:
    """As a company would set it: https, a key of its own; no database is needed."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "otklik.config.settings",
        "OTKLIK_SECRET_KEY": "only-for-the-gate-" + "0123456789abcdef" * 4,
        "OTKLIK_BASE_URL": "https://help.company.example",
        "OTKLIK_SMTP_URL": "smtps://otklik@mail.company.example",
        "OTKLIK_DATA_DIR": tempfile.gettempdir(),
        "PYTHONWARNINGS": "ignore::RuntimeWarning",
    }


if __name__ == "__main__":
    sys.exit(main())
