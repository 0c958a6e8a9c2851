"""``otklik worker``: does the work behind: letters, reactions, reminders; fetches mailboxes."""

import argparse
import os
from threading import Event, Thread

from otklik.commands.prepare import prepare
from otklik.foundation.events.jobs import run_worker
from otklik.foundation.processes import settle_memory, take_longer_turns
from otklik.foundation.text.language import lemmas
from otklik.reach.fetching import fetch_forever

_PATIENCE_SECONDS = 15
_POLITENESS = 15
"""On a machine shared with the web server, a person who waits for a page goes first."""


def run(args: argparse.Namespace) -> None:
    if not args.prepared:
        prepare()
    os.nice(_POLITENESS)
    settle_memory()
    take_longer_turns()
    stop = Event()
    lemmas("слово")  # the dictionary takes half a second: not while the first letter waits
    fetching = Thread(target=fetch_forever, args=(stop,), name="mailboxes", daemon=True)
    fetching.start()
    try:
        run_worker(concurrency=args.concurrency)
    finally:
        stop.set()
        fetching.join(_PATIENCE_SECONDS)
