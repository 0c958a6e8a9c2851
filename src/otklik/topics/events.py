"""What happens to the dictionary of topics, and who said what a text is of."""

from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("topics.saved")
@dataclass(frozen=True, kw_only=True)
class TopicSaved(DomainEvent):
    """A topic was begun, or changed."""

    topic_id: int
    fields: list[str]


@event("topics.said")
@dataclass(frozen=True, kw_only=True)
class TopicSaid(DomainEvent):
    """A person said what a text is of, or (None) that it is of no topic. The case is its case, if it has one."""

    text_id: int
    topic_id: int | None


@event("topics.examples_given")
@dataclass(frozen=True, kw_only=True)
class ExamplesGiven(DomainEvent):
    """A topic was shown so many texts that are of it."""

    topic_id: int
    count: int


@event("topics.signal")
@dataclass(frozen=True, kw_only=True)
class SignalRaised(DomainEvent):
    """More is said of a topic than chance explains; ``problem_id``: what was opened for it, or was open already."""

    topic_id: int
    signal_id: int
    problem_id: int | None


@event("topics.watched")
@dataclass(frozen=True, kw_only=True)
class TopicWatched(DomainEvent):
    """A problem is measured by a topic."""

    topic_id: int
    problem_id: int
