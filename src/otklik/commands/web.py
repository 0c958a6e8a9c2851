"""``otklik web``: pages, API and live streams on one port."""

import argparse

from django.db import connection

from otklik.commands.ports import check_port
from otklik.commands.prepare import prepare
from otklik.config.server import serve


def run(args: argparse.Namespace) -> None:
    port = check_port(args.host, args.port, "--port")
    if not args.prepared:
        prepare()
    connection.close()
    connection.close_pool()  # its threads would not survive the fork of the server's processes
    serve(host=args.host, port=port)
