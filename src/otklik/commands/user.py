"""``otklik user create``: an agent who can log in; a known one is left as is."""

import argparse

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from otklik.commands.passwords import ask_password
from otklik.commands.prepare import prepare
from otklik.commands.problems import Problem
from otklik.team.actions import create_agent, note_coming
from otklik.team.models import Agent
from otklik.team.queries import has_anybody


def run(args: argparse.Namespace) -> None:
    prepare()
    if Agent.objects.filter(email=args.email.strip().lower()).exists():
        print(f"{args.email} is known already and was left as is.")
        return
    password = None if args.no_password else _password(args.email)
    is_first = not has_anybody()
    agent, _is_new = create_agent(email=args.email, name=args.name, role=args.role, password=password)
    if is_first:
        note_coming(agent=agent)  # who makes a house is in it, by whatever door they come; letters need not wait
    print(f"{agent.name} <{agent.email}> may log in as {args.role}.")


def _password(email: str) -> str:
    password = ask_password("OTKLIK_USER_PASSWORD", f"Password for {email}: ")
    try:
        validate_password(password)
    except ValidationError as error:
        raise Problem(" ".join(error.messages)) from error
    return password
