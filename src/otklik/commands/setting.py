"""What must stand before a command can call actions: data folder, secret key, database, Django."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import ProgrammingError, connection

from otklik.commands.place import data_folder, database, secret_key
from otklik.commands.problems import Problem
from otklik.commands.versions import refuse_a_newer_database
from otklik.config.environment import EnvironmentProblem
from otklik.foundation.database.pool import AWAY, close_pool
from otklik.foundation.errors import Refusal

SECONDS_BETWEEN_TRIES = 2


@contextmanager
def in_sentences() -> Iterator[None]:
    """Turn what may go wrong in the world into a ``Problem``; bugs pass."""
    try:
        yield
    except EnvironmentProblem as error:
        raise Problem(str(error)) from error
    except Refusal as refusal:
        raise Problem(refusal.text) from refusal
    except AWAY as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise Problem(
            f"The database does not answer ({reason}). Check DATABASE_URL, or run `otklik doctor`."
        ) from error
    except ProgrammingError as error:
        if "does not exist" not in str(error):
            raise
        raise Problem("The database is not prepared for this version: run `otklik prepare`.") from error


@contextmanager
def ready(args: argparse.Namespace) -> Iterator[Path]:
    """Everything a command needs to call actions. Yields the data folder."""
    with in_sentences():
        folder = data_folder(args)
        secret_key(folder)
        with database(folder):
            set_up_django(pool=args.serves)
            try:
                if args.waits:
                    _wait_for_the_database()
                if args.checks_version and not getattr(args, "prepared", False):
                    refuse_a_newer_database()
                yield folder
            finally:
                close_pool()


def _wait_for_the_database() -> None:
    """However long; said once."""
    has_said = False
    while True:
        try:
            connection.ensure_connection()
        except AWAY:
            if not has_said:
                print("otklik: The database does not answer; waiting for it.", file=sys.stderr, flush=True)
            has_said = True
            time.sleep(SECONDS_BETWEEN_TRIES)
        else:
            connection.close()
            return


def set_up_django(*, pool: bool = True) -> None:
    if not pool:
        os.environ["OTKLIK_DATABASE_POOL"] = "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")
    django.setup()
