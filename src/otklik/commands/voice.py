"""``otklik voice``: how well topics are told apart and moods are heard, on texts of which it is known."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from otklik.commands.problems import Problem
from otklik.topics.learning.evaluation import Unreadable, evaluate, labelled_in


def run(args: argparse.Namespace) -> int:
    return {"topics": _topics}[args.what](args)


def _topics(args: argparse.Namespace) -> int:
    labelled = _read(args.file)
    rows = [
        (
            f"{one.examples}",
            f"{one.topics}",
            f"{one.earned}",
            f"{one.tried}",
            f"{one.coverage:.3f}",
            "-" if one.precision is None else f"{one.precision:.3f}",
            f"{one.top_1:.3f}",
            f"{one.top_3:.3f}",
        )
        for one in evaluate(labelled, precision=args.precision / 100)
    ]
    if not rows:
        raise Problem(f"{args.file}: at least two labels need more than three texts each.")
    _print(("examples", "topics", "earned", "tried", "coverage", "precision", "top-1", "top-3"), rows)
    return 0


def _read(path: Path) -> list[tuple[str, str]]:
    try:
        return labelled_in(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.") from error
    except (Unreadable, UnicodeDecodeError) as error:
        raise Problem(f"{path}: {error}") from error


def _print(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain table: columns of one width, numbers to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
