"""Ports for servers of tests: below those from which every connection of this machine is given its own."""

import random
import socket

_FROM, _TO = 20_000, 32_000
_chance = random.SystemRandom()


def free_port() -> int:
    """A port of this machine that nobody uses and that no outgoing connection will be given meanwhile."""
    while True:
        port = _chance.randrange(_FROM, _TO)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
