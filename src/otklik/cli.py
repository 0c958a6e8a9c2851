"""The command line: reads arguments, then hands over to one module in ``otklik.commands``.

Nothing heavy is imported here: ``otklik --help`` answers at once, and Django is set up by the
command that needs it (``commands.setting``). Errors are one sentence and an exit code.
"""

import argparse
import contextlib
import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final, NoReturn

from otklik import __version__
from otklik.commands.problems import USAGE, Problem
from otklik.foundation.processes import end_with_parent

TRY_AGAIN: Final = 75
INTERRUPTED: Final = 130


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence and exits with 64, as mail systems expect."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"otklik: {message}. See `{self.prog} --help`.\n")


type Commands = argparse._SubParsersAction[Parser]


def main(arguments: Sequence[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    if parent := os.environ.get("OTKLIK_PARENT"):
        end_with_parent(int(parent))
    try:
        return _run(args)
    except Problem as problem:
        print(f"otklik: {problem}", file=sys.stderr)
        return problem.exit_code or args.trouble
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None
        return 1
    except Exception as bug:  # noqa: BLE001 - the edge: a person sees a sentence, the log keeps the rest
        return _report(bug, args)


def _run(args: argparse.Namespace) -> int:
    """Import the command only when Django stands, so that its module may import actions at the top."""
    with contextlib.ExitStack() as stack:
        if args.needs_system:
            stack.enter_context(importlib.import_module("otklik.commands.setting").ready(args))
        return int(importlib.import_module(f"otklik.commands.{args.module}").run(args) or 0)


def _report(bug: Exception, args: argparse.Namespace) -> int:
    folder = Path(os.environ.get("OTKLIK_DATA_DIR", ""))
    if not (os.environ.get("OTKLIK_DATA_DIR") and os.access(folder, os.W_OK)):
        folder = Path(tempfile.gettempdir())
    path = folder / "errors.log"
    with path.open("a", encoding="utf-8") as log:
        log.write("".join(traceback.format_exception(bug)) + "\n")
    print(f"otklik: {args.command} failed unexpectedly ({type(bug).__name__}); {path} tells more.", file=sys.stderr)
    return int(args.trouble)


def parser() -> Parser:
    """All commands. ``module`` is the module of ``otklik.commands`` whose ``run`` does it."""
    root = Parser(prog="otklik", description="Customer service that ends when the customer says so.")
    root.add_argument("--version", action="version", version=f"otklik {__version__}")
    root.set_defaults(needs_system=True, serves=False, trouble=1, waits=False, checks_version=True)
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)

    for add_some in (_add_servers, _add_mail, _add_people, _add_knowledge, _add_voice, _add_care):
        add_some(commands)
    return root


def _add(commands: Commands, name: str, module: str, text: str) -> Parser:
    command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    command.set_defaults(module=module)
    command.add_argument("--data-dir", metavar="DIR", help="where everything is kept (data, or OTKLIK_DATA_DIR)")
    return command


def _group(commands: Commands, name: str, text: str) -> Commands:
    return commands.add_parser(name, help=text, description=text).add_subparsers(metavar="WHAT", required=True)


def _add_servers(commands: Commands) -> None:
    up = _add(commands, "up", "up", "Start everything: database, web, worker, mail door.")
    up.set_defaults(needs_system=False, main=main)
    up.add_argument("--demo", action="store_true", help="fill a new system with a demo company")
    up.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    up.add_argument("--port", type=_port, default=8000, help="web port, 0 for any free one (%(default)s)")
    up.add_argument("--smtp-port", type=_port, default=2525, help="mail port, 0 for any free one (%(default)s)")
    up.add_argument("--lmtp-port", type=_port, help="LMTP port beside it, 0 for any free one (none)")
    web = _add(commands, "web", "web", "Serve pages and the API.")
    web.add_argument("--host", default="127.0.0.1")
    web.add_argument("--port", type=_port, default=8000)
    worker = _add(commands, "worker", "worker", "Do the work behind: letters, reactions, reminders.")
    worker.add_argument("--concurrency", type=_count, default=4, help="jobs at a time (%(default)s)")
    smtp = _add(commands, "smtp", "smtp", "Listen for letters by SMTP, and by LMTP if wanted.")
    smtp.add_argument("--host", default="127.0.0.1")
    smtp.add_argument("--port", type=_port, default=2525)
    smtp.add_argument("--lmtp-port", type=_port, help="LMTP port beside it, 0 for any free one (none)")
    _add(commands, "prepare", "prepare", "Bring database, static files and the first inbox up to date, then stop.")
    worker.set_defaults(waits=True)
    for command in (web, worker, smtp):
        command.set_defaults(serves=True)
        command.add_argument("--prepared", action="store_true", help=argparse.SUPPRESS)


def _add_mail(commands: Commands) -> None:
    mail_in = _add(
        commands, "mail-in", "mail_in", "Take one letter from standard input: exit 0 kept, 75 try again, 64 usage."
    )
    mail_in.set_defaults(trouble=TRY_AGAIN)
    mail_in.add_argument("--inbox", required=True, metavar="ADDRESS", help="address of the inbox it is for")
    channel = _group(commands, "channel", "Manage the ways customers reach you.")
    kinds = _group(channel, "add", "Add a channel.")
    email = _add(
        kinds,
        "email",
        "channel",
        "Add an e-mail inbox; its passwords are asked for, never given here. For OAuth 2 see docs/install.md.",
    )
    email.add_argument("--address", required=True, help="for example help@company.example")
    email.add_argument(
        "--imap",
        default="",
        metavar="URL",
        help="imaps://user@host/INBOX; password: OTKLIK_IMAP_PASSWORD",
    )
    email.add_argument("--smtp", default="", metavar="URL", help="smtps://user@host; password: OTKLIK_SMTP_PASSWORD")
    email.add_argument("--name", default="", help="name shown to customers")
    email.add_argument(
        "--since",
        type=_day,
        metavar="DATE",
        help="take what came since this day (2026-01-31), read or not; older: --older",
    )
    email.add_argument(
        "--older",
        choices=["leave", "file"],
        default="leave",
        help="with --since: leave older letters alone, or file them as closed cases, silently (%(default)s)",
    )

    _add_doors(channel, kinds)


def _add_doors(channel: Commands, kinds: Commands) -> None:
    http = _add(kinds, "http", "doors", "Connect another program by signed JSON (docs/channels.md); prints its hook.")
    http.add_argument("--name", required=True, help="what people see, for example shop")
    http.add_argument(
        "--base-url", default="", metavar="URL", help="where answers go; any host, secret: OTKLIK_CHANNEL_SECRET"
    )
    http.add_argument("--team", default="", metavar="NAME", help="the team that takes what comes")
    http.set_defaults(what="add")
    _add_messengers(kinds)
    cti = _add(kinds, "cti", "exchanges", "Connect a telephone exchange (docs/calls.md); prints its hook.")
    cti.add_argument("--name", required=True, help="what people see, for example office")
    cti.add_argument(
        "--dialect", default="generic", metavar="NAME", help="generic, mango, zadarma or megafon (%(default)s)"
    )
    cti.add_argument(
        "--base-url", default="", metavar="URL", help="where it stands, if its recordings lie in your own network"
    )
    cti.add_argument("--team", default="", metavar="NAME", help="the team whose screens ring")
    listed = _add(channel, "list", "doors", "Print every door with its state, one a line, divided by tabs.")
    listed.set_defaults(what="list")
    for what, about in (
        ("check", "Ask whether the other side is there; exit 1 if it is not."),
        ("pause", "Take nothing in and let nothing leave."),
        ("resume", "Open it again: what waited leaves."),
    ):
        one = _add(channel, what, "doors", about)
        one.add_argument("name", metavar="NAME", help="its name, or the address of an inbox")
        one.set_defaults(what=what)


def _add_messengers(kinds: Commands) -> None:
    for kind, called in (("telegram", "Telegram"), ("max", "MAX"), ("vk", "VK")):
        door = _add(
            kinds,
            kind,
            "doors",
            f"Connect {called}; asks who we are there, prints its hook. Token: OTKLIK_CHANNEL_TOKEN.",
        )
        door.add_argument("--name", required=True, help="what people see, for example help")
        door.add_argument("--base-url", default="", metavar="URL", help="another server or a relay; any host")
        door.add_argument(
            "--mode",
            choices=["poll", "push"],
            default="",
            help="ask for news, or have them brought (secret: OTKLIK_CHANNEL_SECRET, else made); chosen if not given",
        )
        door.add_argument("--proxy", default="", metavar="URL", help="http://[user:password@]host:port")
        door.add_argument("--ca", type=Path, metavar="FILE", help="certificates (PEM) that are believed for it, too")
        door.add_argument("--team", default="", metavar="NAME", help="the team that takes what comes")
        if kind == "vk":
            door.add_argument("--group", required=True, metavar="ID", help="number of the community, digits alone")
        door.set_defaults(what="open", kind=kind)


def _add_people(commands: Commands) -> None:
    users = _group(commands, "user", "Manage agents.")
    create = _add(users, "create", "user", "Create an agent; a known one is left as is.")
    create.add_argument("--email", required=True)
    create.add_argument("--role", required=True, choices=["agent", "lead", "admin"])
    create.add_argument("--name", required=True)
    create.add_argument("--no-password", action="store_true", help="log in by other means, or set one later")
    tokens = _group(commands, "token", "Manage API tokens.")
    token = _add(tokens, "create", "token", "Print a new API token and nothing else.")
    token.add_argument("--user", required=True, metavar="EMAIL")


def _add_knowledge(commands: Commands) -> None:
    articles = _group(commands, "knowledge", "Manage help articles and measure their search.")
    take = _add(articles, "import", "knowledge", "Take articles in from a file or a folder, all of them or none.")
    take.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="CSV (id,title,body,section,language,questions), a folder or zip of Markdown or HTML, "
        "JSON of Zendesk or Chatwoot",
    )
    take.add_argument("--publish", action="store_true", help="show them to readers at once")
    take.add_argument("--fetch", action="store_true", help="bring pictures and attachments along from where they stand")
    take.add_argument("--dry-run", action="store_true", help="only say what would happen")
    take.set_defaults(what="import")
    out = _add(articles, "export", "knowledge", "Write everything into a folder of Markdown that can be imported.")
    out.add_argument("folder", metavar="DIR", type=Path, help="a folder that is empty or does not exist yet")
    out.set_defaults(what="export")
    index = _add(articles, "index", "knowledge", "Derive what the search needs and does not have.")
    index.add_argument("--again", action="store_true", help="of every published article")
    index.set_defaults(what="index")
    measure = _add(articles, "eval", "knowledge", "Measure the search on questions whose answers are known.")
    measure.add_argument("file", metavar="FILE", type=Path, help="CSV or JSON lines: question, expected (ids or empty)")
    measure.add_argument("--typos", type=_count, default=0, metavar="N", help="make N typing errors in each question")
    measure.add_argument("--language", default="", help="search only articles in it")
    measure.add_argument("--no-meaning", action="store_true", help="by words only")
    measure.set_defaults(what="eval")


def _add_voice(commands: Commands) -> None:
    voice = _group(commands, "voice", "Measure how well the words of customers are understood.")
    topics = _group(voice, "topics", "What people speak about.")
    measure = _add(topics, "eval", "voice", "Tell topics apart on texts whose topics are known, by number of examples.")
    measure.add_argument("file", metavar="FILE.csv", type=Path, help="text,label in UTF-8")
    measure.add_argument(
        "--precision", type=_percent, default=90, metavar="PERCENT", help="asked of a topic that takes (%(default)s)"
    )
    measure.set_defaults(what="topics")
    moods = _group(voice, "sentiment", "How customers feel.")
    learn = _add(moods, "eval", "voice", "Learn from scored texts and hear the mood of others whose scores are known.")
    learn.add_argument("train", metavar="TRAIN.csv", type=Path, help="text,score (-1, 0 or 1) in UTF-8")
    learn.add_argument("test", metavar="TEST.csv", type=Path, help="the same, of texts that are not in the first")
    learn.set_defaults(what="sentiment")


def _add_care(commands: Commands) -> None:
    doctor = _add(commands, "doctor", "doctor", "Check that everything is well; exit 1 if something is not.")
    doctor.set_defaults(checks_version=False)
    backup = _add(commands, "backup", "backup", "Write database and files into one file.")
    backup.add_argument("file", metavar="FILE", type=Path)
    restore = _add(commands, "restore", "restore", "Bring back a backup, after verifying it.")
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.add_argument("--force", action="store_true", help="replace the data that is there (it is kept aside)")
    reindex = _add(commands, "reindex", "reindex", "Find everything by the present derivation of words.")
    reindex.add_argument("--batch", type=_count, default=500, help="rows in one transaction (%(default)s)")
    demo = _add(commands, "demo", "demo", "Fill the system with a demo company.")
    demo.add_argument("--prepare", action="store_true", help="bring everything up to date first")
    _add_deadline(commands)
    bench = _add(commands, "bench", "bench", "Measure speed on a database of its own.")
    bench.set_defaults(needs_system=False)
    bench.add_argument("--cases", type=_count, default=100_000)
    bench.add_argument("--users", type=_count, default=8)
    bench.add_argument("--seconds", type=_count, default=8)
    bench.add_argument("--json", type=Path, metavar="FILE")


def _add_deadline(commands: Commands) -> None:
    deadline = _add(
        commands, "deadline", "deadline", "Print when working time is over, or how much of it lies between two moments."
    )
    deadline.set_defaults(needs_system=False)
    deadline.add_argument("--start", required=True, type=_moment, metavar="MOMENT", help="2026-03-06T16:00+03:00")
    wanted = deadline.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--minutes", type=_minutes, help="print the moment after so many working minutes")
    wanted.add_argument("--end", type=_moment, metavar="MOMENT", help="print the working minutes until this moment")
    whose = deadline.add_mutually_exclusive_group()
    whose.add_argument("--team", metavar="NAME", help="whose working time (the team that takes what no inbox assigns)")
    whose.add_argument(
        "--calendar",
        type=Path,
        metavar="FILE.json",
        help="time_zone, week, exceptions and country from a file; needs no database (docs/working-time.md)",
    )


def _port(text: str) -> int:
    if text.isdigit() and int(text) <= 65_535:  # noqa: PLR2004
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day like 2026-01-31") from None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a moment like 2026-03-06T16:00+03:00") from None


def _percent(text: str) -> int:
    if text.isdecimal() and 50 <= int(text) < 100:  # noqa: PLR2004
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no percentage from 50 to 99")


def _minutes(text: str) -> int:
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes")


def _count(text: str) -> int:
    if text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")


if __name__ == "__main__":
    sys.exit(main())
