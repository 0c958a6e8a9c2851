"""``otklik channel add cti``: the door of a telephone exchange."""

import argparse

from django.conf import settings

from otklik.calls.actions import add_exchange
from otklik.commands.doors import team_of
from otklik.commands.prepare import prepare
from otklik.commands.problems import USAGE, Problem
from otklik.config import environment
from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.reach.queries import hook_path


def run(args: argparse.Namespace) -> int:
    """Its secret is in ``OTKLIK_CHANNEL_SECRET``; the generic dialect needs none, for its address is one."""
    prepare()
    try:
        inbox = add_exchange(
            name=args.name,
            dialect=args.dialect,
            secret=environment.secret("OTKLIK_CHANNEL_SECRET"),
            base_url=args.base_url,
            team=team_of(args.team) if args.team else None,
            is_operator=True,
            actor=SYSTEM,
        )
    except Refusal as refusal:
        raise Problem(refusal.text, exit_code=USAGE) from refusal
    print(f"The exchange {inbox.name} is connected. It tells of its calls at {settings.BASE_URL}:")
    print(hook_path(inbox))
    return 0
