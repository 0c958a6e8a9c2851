"""What happens to surveys. What people answer is no event: a moment would tell who it was."""

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
