"""What is done for topics as time passes, by a worker, some at a time."""

from otklik.topics.actions import judge_texts, learn_topics, make_meanings, read_new_texts


def think() -> None:
    """Read what is new, learn from what people have said, and say what the new texts are nearest to."""
    read_new_texts()
    make_meanings()
    learn_topics()
    judge_texts()
