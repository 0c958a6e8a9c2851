"""``otklik demo``: «Учебный центр „Горизонт“», made once; the log-ins are said each time."""

import argparse
import gc
import time
from pathlib import Path

from django.conf import settings

from otklik.commands.prepare import prepare, say
from otklik.demo.invitation import log_ins
from otklik.demo.make import is_made, make


def run(args: argparse.Namespace) -> None:
    if args.prepare:
        prepare()
    gc.freeze()  # what is loaded stays: no need to look through it again and again
    began = time.monotonic()
    if make(say=say):
        say(f"Demo company: ready in {time.monotonic() - began:.0f} s.")
    if not is_made():
        say("This system has customers of its own: the demo company was not added.")
        return
    notes = "".join(f"{name}\t{text}\n" for name, text in log_ins())
    (Path(settings.DATA_DIR) / "demo.txt").write_text(notes, encoding="utf-8")
