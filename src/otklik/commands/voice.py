"""``otklik voice``: how well topics are told apart and moods are heard, on texts of which it is known."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from otklik.commands.problems import Problem
from otklik.topics.learning.evaluation import LABELS, Unreadable, evaluate, labelled_in
from otklik.topics.learning.mood import ENOUGH, learn_mood, quality


def run(args: argparse.Namespace) -> int:
    return {"topics": _topics, "sentiment": _sentiment}[args.what](args)


def _sentiment(args: argparse.Namespace) -> int:
    taught, asked = _scored(args.train), _scored(args.test)
    if len({score for _text, score in taught}) < 2:  # noqa: PLR2004  (one score is told from nothing)
        raise Problem(f"{args.train}: all texts have the same score.")
    mood = learn_mood([text for text, _score in taught], [score for _text, score in taught])
    found = quality(mood, [text for text, _score in asked], [score for _text, score in asked])
    auc = "-" if found.auc is None else f"{found.auc:.3f}"
    _print(
        ("examples", "tried", "macro-F1", "AUC of negative"),
        [(f"{len(taught)}", f"{found.tried}", f"{found.macro_f1:.3f}", auc)],
    )
    if len(taught) < ENOUGH:
        print(f"With fewer than {ENOUGH} examples a house goes by its phrases alone.")
    return 0


def _scored(path: Path) -> list[tuple[str, int]]:
    """Texts with their scores. Raises ``Problem``."""
    scores = {"-1": -1, "0": 0, "1": 1, "+1": 1}
    rows = _read(path, labels=("score", "label"))
    wrong = next((score for _text, score in rows if score not in scores), None)
    if wrong is not None:
        raise Problem(f"{path}: {wrong!r} is no score: -1, 0 or 1.")
    return [(text, scores[score]) for text, score in rows]


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


def _read(path: Path, *, labels: Sequence[str] = LABELS) -> list[tuple[str, str]]:
    try:
        return labelled_in(path.read_bytes().decode("utf-8-sig"), labels=labels)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.") from error
    except (Unreadable, UnicodeDecodeError) as error:
        raise Problem(f"{path}: {error}") from error


def _print(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A plain table: columns of one width, numbers to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
