"""``otklik web``: pages, API and live streams on one port."""

import argparse

from otklik.commands.ports import check_port
from otklik.commands.prepare import prepare
from otklik.config.server import serve


def run(args: argparse.Namespace) -> None:
    port = check_port(args.host, args.port, "--port")
    if not args.prepared:
        prepare()
    serve(host=args.host, port=port)
