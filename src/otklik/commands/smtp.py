"""``otklik smtp``: the mail door; every letter is kept before it is accepted."""

import argparse

from otklik.commands.certificates import mail_certificate
from otklik.commands.ports import check_port, lmtp_port_of
from otklik.commands.prepare import prepare
from otklik.reach.smtp import serve


def run(args: argparse.Namespace) -> None:
    port = check_port(args.host, args.port, "--port")
    lmtp_port = lmtp_port_of(args)
    certificate = mail_certificate()
    if not args.prepared:
        prepare()
    serve(host=args.host, port=port, lmtp_port=lmtp_port, certificate=certificate)
