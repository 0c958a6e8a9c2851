"""``otklik knowledge``: articles from a table, the search's index, and how good the search is."""

import argparse
import time
from pathlib import Path

from django.conf import settings

from otklik.commands.problems import Problem
from otklik.foundation.actors import SYSTEM
from otklik.knowledge.actions import import_articles
from otklik.knowledge.actions.finding import make_all_findable
from otklik.knowledge.adapters.anything import articles_in, files_at
from otklik.knowledge.adapters.imported import ImportRefused
from otklik.knowledge.exporting import exported
from otklik.knowledge.models import Article
from otklik.knowledge.search.evaluation import Unreadable, evaluate, labelled_in

_MOST_SHOWN = 50
_PATIENCE_SECONDS = 3_600


def run(args: argparse.Namespace) -> int:
    commands = {"import": _import, "export": _export, "index": _index, "eval": _evaluate}
    return commands[args.what](args)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.") from error


# ── Import ────────────────────────────────────────────────────────────────────────────────
def _import(args: argparse.Namespace) -> int:
    try:
        seconds = _PATIENCE_SECONDS if args.fetch and not args.dry_run else 0
        imported = articles_in(_files(args.file), fetch_seconds=seconds)
        report = import_articles(imported, publish=args.publish, actor=SYSTEM, dry_run=args.dry_run)
    except ImportRefused as refused:
        lines = [f"{wrong.where}: {wrong.text}" for wrong in refused.wrong]
        more = [f"… and {len(lines) - _MOST_SHOWN} more."] if len(lines) > _MOST_SHOWN else []
        raise Problem("nothing was imported.\n" + "\n".join([*lines[:_MOST_SHOWN], *more])) from refused
    parts = [f"{report.count(outcome)} {outcome}" for outcome in ("new", "changed", "same")]
    for warning in report.warnings:
        print(f"! {warning.where}: {warning.text}")
    print(f"{len(report.lines)} articles: {', '.join(parts)}; {report.new_sections} new sections.")
    if args.dry_run:
        print("This was a rehearsal: nothing has changed.")
    elif args.publish:
        _make_index()
    else:
        print("They are drafts. Import again with --publish to show them.")
    return 0


def _files(path: Path) -> dict[str, bytes]:
    try:
        return files_at(path)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.") from error


# ── Export ────────────────────────────────────────────────────────────────────────────────
def _export(args: argparse.Namespace) -> int:
    """Beside what a person keeps there nothing is written: the folder has to be empty."""
    folder: Path = args.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem(f"{folder} is not an empty folder.")
    count = 0
    try:
        for path, content in exported():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            count += path.endswith(".md")
    except OSError as error:
        raise Problem(f"{folder} cannot be written: {error.strerror}.") from error
    print(f"{count} articles are in {folder}.")
    return 0


def _index(args: argparse.Namespace) -> int:
    _make_index(again=args.again)
    return 0


def _make_index(*, again: bool = False) -> None:
    began = time.monotonic()
    count = make_all_findable(again=again)
    live, took = Article.objects.filter(live__isnull=False).count(), time.monotonic() - began
    print(f"The search index is ready: {live} published articles, {count} of them read now in {took:.1f} s.")


# ── Measuring ─────────────────────────────────────────────────────────────────────────────
def _evaluate(args: argparse.Namespace) -> int:
    if args.no_meaning:
        settings.EMBEDDER = "none"
    try:
        questions = labelled_in(_read(args.file).decode("utf-8-sig"))
    except (Unreadable, UnicodeDecodeError) as error:
        raise Problem(f"{args.file}: {error}") from error
    figures = evaluate(questions, language=args.language or None, typing_errors=args.typos)
    rows = []
    if figures.own:
        rows += [
            ("questions with an answer", f"{figures.own}"),
            ("top-1", f"{figures.top_1:.3f}"),
            ("top-3", f"{figures.top_3:.3f}"),
            ("said to have no answer", f"{figures.empty:.3f}"),
        ]
    if figures.foreign:
        rows += [
            ("questions without an answer", f"{figures.foreign}"),
            ("answered all the same", f"{figures.wrong:.3f}"),
        ]
    rows += [("p50 ms", f"{figures.within(0.5):.1f}"), ("p95 ms", f"{figures.within(0.95):.1f}")]
    width = max(len(name) for name, _value in rows)
    print("\n".join(f"{name:<{width}}  {value}" for name, value in rows))
    return 0
