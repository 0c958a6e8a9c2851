"""A command in a process that parted from ours: what it says, how it ends, and what it does not take along."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import json, os, signal, sys
from otklik.commands.parting import part

kept = os.open("/dev/null", os.O_RDONLY)
signal.set_wakeup_fd(os.pipe2(os.O_NONBLOCK)[1])
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
    signal.signal(number, lambda *_: None)

def main(arguments):
    what = arguments[0]
    if what == "speak":
        print("said", flush=True); print("wrong", file=sys.stderr)
        return 3
    if what == "refuse":
        sys.exit(64)
    if what == "fall":
        raise ValueError("a bug")
    if what == "die":
        os.kill(os.getpid(), signal.SIGTERM)
    if what == "wait":
        signal.raise_signal(signal.SIGINT)
    if what == "look":
        try:
            os.fstat(kept); is_open = True
        except OSError:
            is_open = False
        comm = open("/proc/self/comm").read().strip()
        print(json.dumps([is_open, os.getsid(0) == os.getpid(), comm, sys.stdin.read(), os.environ["OTKLIK_PARENT"]]))
        return 0

process = part(main, [sys.argv[1]], with_errors=sys.argv[2] == "with")
said = process.output.read().decode()
print(json.dumps({"code": process.wait(), "again": process.poll(), "said": said, "pid": os.getpid()}))
"""


def parted(what: str, errors: str = "with") -> tuple[dict[str, Any], str]:
    """What became of it, and what stood among the errors of the process that it parted from."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, what, errors], capture_output=True, text=True, check=True, input="not for it"
    )
    return json.loads(done.stdout), done.stderr


def test_its_words_and_its_code_are_heard() -> None:
    heard, errors = parted("speak")

    assert heard["said"] == "said\nwrong\n"
    assert heard["code"] == heard["again"] == 3
    assert errors == ""


def test_its_errors_may_stand_where_ours_do() -> None:
    heard, errors = parted("speak", "without")

    assert heard["said"] == "said\n"
    assert errors == "wrong\n"


@pytest.mark.parametrize(("what", "code"), [("refuse", 64), ("fall", 1), ("die", -15)])
def test_however_it_ends_we_know(what: str, code: int) -> None:
    assert parted(what)[0]["code"] == code


def test_what_nobody_caught_is_told() -> None:
    assert "ValueError: a bug" in parted("fall")[0]["said"]


def test_a_key_that_interrupts_is_heard_by_it_again() -> None:
    assert parted("wait")[0]["code"] == 1


def test_nothing_of_ours_is_open_in_it() -> None:
    heard, _errors = parted("look")

    is_open, leads_a_session, comm, read, parent = json.loads(heard["said"])
    assert (is_open, leads_a_session, comm, read) == (False, True, "otklik look", "")
    assert parent == str(heard["pid"]) != str(os.getpid())
