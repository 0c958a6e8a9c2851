"""``otklik mail-in``: the pipe; one letter on standard input is kept, or the sender tries again."""

import argparse
import sys

from otklik.commands.problems import USAGE, Problem
from otklik.reach.actions import keep_raw
from otklik.reach.queries import inbox_by_address


def run(args: argparse.Namespace) -> None:
    raw = sys.stdin.buffer.read()
    if not raw.strip():
        raise Problem("No letter came on standard input.", exit_code=USAGE)
    inbox = inbox_by_address(args.inbox)
    if inbox is None:
        raise Problem(f"There is no inbox {args.inbox}: add it by `otklik channel add email`.", exit_code=USAGE)
    keep_raw(raw=raw, door="pipe", inbox=inbox, envelope_to=[args.inbox])
