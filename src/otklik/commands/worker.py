"""``otklik worker``: does the work behind: letters, reactions, reminders; fetches mailboxes."""

import argparse
from threading import Event, Thread

from otklik.commands.prepare import prepare
from otklik.foundation.jobs import run_worker
from otklik.reach.fetching import fetch_forever

_PATIENCE_SECONDS = 15


def run(args: argparse.Namespace) -> None:
    if not args.prepared:
        prepare()
    stop = Event()
    fetching = Thread(target=fetch_forever, args=(stop,), name="mailboxes", daemon=True)
    fetching.start()
    try:
        run_worker(concurrency=args.concurrency)
    finally:
        stop.set()
        fetching.join(_PATIENCE_SECONDS)
