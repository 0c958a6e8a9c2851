"""``otklik bench``: speed on a database of its own, with the real servers."""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from otklik.commands.place import database, secret_key
from otklik.commands.ports import free_port
from otklik.commands.problems import Problem
from otklik.commands.setting import in_sentences, set_up_django
from otklik.commands.up import worker_processes


def run(args: argparse.Namespace) -> None:
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("DATABASE_URL_FILE", None)
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name, in_sentences():
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
        web_port, smtp_port = free_port(), free_port()
        os.environ |= {
            "OTKLIK_DATA_DIR": str(folder),
            "OTKLIK_BASE_URL": f"http://127.0.0.1:{web_port}",
            "OTKLIK_API_CALLS_PER_MINUTE": "10000000",
        }
        secret_key(folder)
        with database(folder, is_host=True):
            _prepare()
            set_up_django()
            _measure(args, (web_port, smtp_port))


def _prepare() -> None:
    if subprocess.run([sys.executable, "-m", "otklik.cli", "prepare"], check=False).returncode:
        raise Problem("The database of the benchmark could not be prepared.")


def _measure(args: argparse.Namespace, ports: tuple[int, int]) -> None:
    bench = importlib.import_module("otklik.bench.run")  # its models need Django, which stands only now
    results = bench.measure(
        cases=args.cases, users=args.users, seconds=args.seconds, ports=ports, workers=worker_processes(), say=_say
    )
    print(bench.table(results))
    if args.json:
        bench.write_json(args.json, results, cases=args.cases, users=args.users, seconds=args.seconds)


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
