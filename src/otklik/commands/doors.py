"""``otklik channel add http|telegram|max|vk``, ``list``, ``check``, ``pause``, ``resume``: doors of other programs."""

import argparse
from pathlib import Path

from django.conf import settings

from otklik.commands.passwords import ask_password
from otklik.commands.prepare import prepare
from otklik.commands.problems import USAGE, Problem
from otklik.config import environment
from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.reach.actions import (
    Wanted,
    add_http_channel,
    check_channel,
    open_messenger,
    pause_channel,
    resume_channel,
)
from otklik.reach.actions.channels import probe_http
from otklik.reach.models import Inbox
from otklik.reach.queries import DoorState, doors, hook_path
from otklik.team.models import Team


def run(args: argparse.Namespace) -> int:
    prepare()
    return {"add": _add, "open": _open, "list": _list, "check": _check, "pause": _pause, "resume": _resume}[args.what](
        args
    )


def _add(args: argparse.Namespace) -> int:
    """The door is asked first: nothing is written when nobody is there."""
    secret = ask_password("OTKLIK_CHANNEL_SECRET", "Secret that both sides sign with: ")
    team = team_of(args.team) if args.team else None
    try:
        if problem := probe_http(base_url=args.base_url, secret=secret):
            raise Problem(f"{args.base_url}: {problem}")
        inbox = add_http_channel(
            name=args.name, base_url=args.base_url, secret=secret, team=team, is_operator=True, actor=SYSTEM
        )
    except Refusal as refusal:
        raise Problem(refusal.text, exit_code=USAGE) from refusal
    print(
        f"The channel {inbox.name} is open. The other program signs with the same secret and calls, "
        f"at {settings.BASE_URL}:"
    )
    print(hook_path(inbox))
    return 0


def _open(args: argparse.Namespace) -> int:
    """A messenger: it is asked who we are there, and nothing is written when it does not know us."""
    token = ask_password("OTKLIK_CHANNEL_TOKEN", f"Token of {args.kind}: ")
    wanted = Wanted(
        kind=args.kind,
        name=args.name,
        token=token,
        secret=environment.secret("OTKLIK_CHANNEL_SECRET"),
        confirmation=environment.secret("OTKLIK_CHANNEL_CONFIRMATION"),
        base_url=args.base_url,
        group=getattr(args, "group", ""),
        proxy=args.proxy,
        ca=_read(args.ca),
        mode=args.mode,
        team=team_of(args.team) if args.team else None,
        is_operator=True,
    )
    try:
        opened = open_messenger(wanted=wanted, actor=SYSTEM)
    except Refusal as refusal:
        raise Problem(refusal.text, exit_code=USAGE if refusal.code != "messenger_says_no" else 1) from refusal
    known = " ".join(filter(None, (opened.account.name, opened.account.handle)))
    how = "news are brought to us" if opened.inbox.settings["mode"] == "push" else "we ask for news"
    print(f"The channel {opened.inbox.name} is open: {known}; {how}.")
    if opened.problem:
        print(f"It does not bring its news yet: {opened.problem} Its hook, at {settings.BASE_URL}:")
    print(hook_path(opened.inbox))
    return 0


def _read(path: Path | None) -> str:
    try:
        return path.read_text(encoding="ascii") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path} cannot be read as certificates in PEM form.", exit_code=USAGE) from error


def team_of(name: str) -> Team:
    team = Team.objects.filter(name__iexact=name).first()
    if team is None:
        raise Problem(f"There is no team {name}.", exit_code=USAGE)
    return team


def _list(_args: argparse.Namespace) -> int:
    for door in doors():
        print("\t".join([door.inbox.kind, door.inbox.name, door.state, *_facts(door)]))
    return 0


def _facts(door: DoorState) -> list[str]:
    came = f"in {door.last_in:%Y-%m-%dT%H:%M:%SZ}" if door.last_in else "in never"
    left = f"out {door.last_out:%Y-%m-%dT%H:%M:%SZ}" if door.last_out else "out never"
    return [came, left, f"{door.waiting} waiting", *filter(None, [door.problem, door.hook])]


def _check(args: argparse.Namespace) -> int:
    inbox = _known(args.name)
    problem = check_channel(inbox=inbox, actor=SYSTEM)
    print(f"{inbox.name}: {problem or 'the other side is there'}")
    return 1 if problem else 0


def _pause(args: argparse.Namespace) -> int:
    pause_channel(inbox=_known(args.name), actor=SYSTEM)
    print(f"{args.name} is paused: nothing is taken, and what we write waits.")
    return 0


def _resume(args: argparse.Namespace) -> int:
    resume_channel(inbox=_known(args.name), actor=SYSTEM)
    print(f"{args.name} is open: what waited leaves now.")
    return 0


def _known(name: str) -> Inbox:
    """By its name or, of e-mail, its address."""
    known = {door.inbox.address: door.inbox for door in doors()} | {door.inbox.name: door.inbox for door in doors()}
    if name not in known:
        raise Problem(f"There is no channel {name}: `otklik channel list` names them.", exit_code=USAGE)
    return known[name]
