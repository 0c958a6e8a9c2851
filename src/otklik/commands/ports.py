"""Ports to listen on: free ones, or one sentence."""

import argparse
import errno
import socket

from otklik.commands.problems import Problem


def check_port(host: str, port: int, option: str) -> int:
    """The port itself if it is free on ``host``, or any free one for 0. Raises ``Problem`` with what to do."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise Problem(f"The address {host} is not known on this machine: choose another by --host.") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise Problem(_sentence(error, host, port, option)) from error
        return int(probe.getsockname()[1])


def lmtp_port_of(args: argparse.Namespace) -> int | None:
    """The checked port of ``--lmtp-port``; None when LMTP is not wanted."""
    return None if args.lmtp_port is None else check_port(args.host, args.lmtp_port, "--lmtp-port")


def _sentence(error: OSError, host: str, port: int, option: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: stop the program that uses it, or choose another by {option}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than you have: choose one above 1023 by {option}."
    return f"{host}:{port} cannot be listened on ({error.strerror}): choose another by --host or {option}."


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    return check_port("127.0.0.1", 0, "--port")
