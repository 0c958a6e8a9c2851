"""What is done for topics as time passes, by a worker, some at a time."""

from django.utils import timezone

from otklik.topics.actions import (
    judge_texts,
    learn_topics,
    link_those_touched,
    look_for_signals,
    make_meanings,
    read_new_texts,
)


def think() -> None:
    """Read what is new, learn from what people have said, and say what the new texts are nearest to."""
    read_new_texts()
    make_meanings()
    learn_topics()
    judge_texts()


def watch() -> None:
    """Notice what comes more often than chance explains, and link those whom a problem touches."""
    look_for_signals(timezone.now())
    link_those_touched()
