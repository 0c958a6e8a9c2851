"""``otklik worker``: does the work behind: letters, reactions, reminders."""

import argparse

from otklik.commands.prepare import prepare
from otklik.foundation.jobs import run_worker


def run(args: argparse.Namespace) -> None:
    if not args.prepared:
        prepare()
    run_worker(concurrency=args.concurrency)
