"""What happens to surveys. What people answer is no event: a moment would tell who it was.

Only a low score of somebody whose name is known is one, for a colleague goes on with it.
"""

from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("surveys.written")
@dataclass(frozen=True, kw_only=True)
class SurveyWritten(DomainEvent):
    survey_id: int


@event("surveys.published")
@dataclass(frozen=True, kw_only=True)
class SurveyPublished(DomainEvent):
    survey_id: int
    number: int


@event("surveys.closed")
@dataclass(frozen=True, kw_only=True)
class SurveyClosed(DomainEvent):
    survey_id: int


@event("surveys.opened")
@dataclass(frozen=True, kw_only=True)
class SurveyOpened(DomainEvent):
    survey_id: int


@event("surveys.silenced")
@dataclass(frozen=True, kw_only=True)
class SurveysSilenced(DomainEvent):
    """A customer does not want to be asked: for a while, or never again."""

    survey_id: int
    is_for_ever: bool


@event("surveys.planned")
@dataclass(frozen=True, kw_only=True)
class AskingPlanned(DomainEvent):
    """How a survey asks by itself was changed."""

    survey_id: int


@event("surveys.list_taken")
@dataclass(frozen=True, kw_only=True)
class ListTaken(DomainEvent):
    """A list of people who are to be asked was taken in."""

    survey_id: int
    list_id: int
    lines: int


@event("surveys.invited")
@dataclass(frozen=True, kw_only=True)
class CustomerInvited(DomainEvent):
    """A customer was asked by a letter; ``letters``: the first or a later one."""

    survey_id: int
    letters: int


@event("surveys.passed_over")
@dataclass(frozen=True, kw_only=True)
class CustomerPassedOver(DomainEvent):
    """A customer was not asked; ``rule``: of ``models.Rule``."""

    survey_id: int
    rule: str


@event("surveys.low_score")
@dataclass(frozen=True, kw_only=True)
class LowScoreGiven(DomainEvent):
    """Somebody whose name is known gave a low score, and their case is with its owner again; ``score``: '2/5'."""

    survey_id: int
    score: str


@event("surveys.day_noted")
@dataclass(frozen=True, kw_only=True)
class DayNoted(DomainEvent):
    """What happened in the house on a day was written beside the trends, or taken away."""

    note_id: int
    is_gone: bool = False
