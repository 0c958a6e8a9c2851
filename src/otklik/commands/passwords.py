"""Secrets come from the environment or a prompt, never from the command line."""

import getpass
import sys

from otklik.commands.problems import USAGE, Problem
from otklik.config import environment


def ask_password(variable: str, prompt: str) -> str:
    """The value of ``variable`` (or of the file ``variable_FILE``), else what a person types."""
    if given := environment.secret(variable):
        return given
    if not sys.stdin.isatty():
        raise Problem(f"A password is missing: set {variable}, or run this in a terminal.", exit_code=USAGE)
    return getpass.getpass(prompt)
