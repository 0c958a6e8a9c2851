"""``otklik token create``: prints a new API token and nothing else on standard output."""

import argparse

from otklik.commands.prepare import prepare
from otklik.commands.problems import Problem
from otklik.foundation.actors import SYSTEM
from otklik.team.actions import create_token
from otklik.team.models import Agent


def run(args: argparse.Namespace) -> None:
    prepare()
    agent = Agent.objects.filter(email=args.user.strip().lower()).first()
    if agent is None:
        raise Problem(f"There is no agent {args.user}: make one by `otklik user create`.")
    print(create_token(agent=agent, actor=SYSTEM, name="command line"))
