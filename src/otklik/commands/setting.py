"""What must stand before a command can call actions: data folder, secret key, database, Django."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import InterfaceError, OperationalError, ProgrammingError

from otklik.commands.place import data_folder, database, secret_key
from otklik.commands.problems import Problem
from otklik.config.environment import EnvironmentProblem
from otklik.foundation.errors import Refusal
from otklik.foundation.pool import close_pool


@contextmanager
def in_sentences() -> Iterator[None]:
    """Turn what may go wrong in the world into a ``Problem``; bugs pass."""
    try:
        yield
    except EnvironmentProblem as error:
        raise Problem(str(error)) from error
    except Refusal as refusal:
        raise Problem(refusal.text) from refusal
    except (OperationalError, InterfaceError) as error:
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
                yield folder
            finally:
                close_pool()


def set_up_django(*, pool: bool = True) -> None:
    if not pool:
        os.environ["OTKLIK_DATABASE_POOL"] = "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")
    django.setup()
