"""The only writer of topics."""

from otklik.topics.actions.dictionary import give_examples, save_topic
from otklik.topics.actions.forgetting import forget_words
from otklik.topics.actions.learning import judge_texts, learn_topics, make_meanings
from otklik.topics.actions.reading import read_new_texts
from otklik.topics.actions.saying import say_topic, say_topic_of_case
from otklik.topics.actions.watching import link_those_touched, look_for_signals, watch_problem

__all__ = [
    "forget_words",
    "give_examples",
    "judge_texts",
    "learn_topics",
    "link_those_touched",
    "look_for_signals",
    "make_meanings",
    "read_new_texts",
    "save_topic",
    "say_topic",
    "say_topic_of_case",
    "watch_problem",
]
