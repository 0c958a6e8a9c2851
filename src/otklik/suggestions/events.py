"""What happens to suggestions. Of a nameless idea nothing is announced until somebody decides about it: a moment would
tell whose it is."""

from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("suggestions.written")
@dataclass(frozen=True, kw_only=True)
class SuggestionWritten(DomainEvent):
    """``case_id``: where it was said, if in a case."""

    suggestion_id: int


@event("suggestions.heard")
@dataclass(frozen=True, kw_only=True)
class VoiceHeard(DomainEvent):
    """One more person wants it, or somebody said it again in other words."""

    suggestion_id: int


@event("suggestions.voice_withdrawn")
@dataclass(frozen=True, kw_only=True)
class VoiceWithdrawn(DomainEvent):
    suggestion_id: int


@event("suggestions.edited")
@dataclass(frozen=True, kw_only=True)
class SuggestionEdited(DomainEvent):
    suggestion_id: int
    fields: list[str]


@event("suggestions.moved")
@dataclass(frozen=True, kw_only=True)
class SuggestionMoved(DomainEvent):
    suggestion_id: int
    state: str


@event("suggestions.answered")
@dataclass(frozen=True, kw_only=True)
class SuggestionAnswered(DomainEvent):
    suggestion_id: int


@event("suggestions.shown")
@dataclass(frozen=True, kw_only=True)
class SuggestionShown(DomainEvent):
    """Somebody approved its words for the board."""

    suggestion_id: int


@event("suggestions.hidden")
@dataclass(frozen=True, kw_only=True)
class SuggestionHidden(DomainEvent):
    suggestion_id: int


@event("suggestions.merged")
@dataclass(frozen=True, kw_only=True)
class SuggestionsMerged(DomainEvent):
    """All voices of ``suggestion_id`` belong to ``into_id`` now."""

    suggestion_id: int
    into_id: int


@event("suggestions.linked")
@dataclass(frozen=True, kw_only=True)
class SuggestionLinked(DomainEvent):
    suggestion_id: int


@event("suggestions.unlinked")
@dataclass(frozen=True, kw_only=True)
class SuggestionUnlinked(DomainEvent):
    suggestion_id: int


@event("suggestions.praised")
@dataclass(frozen=True, kw_only=True)
class PraiseHeard(DomainEvent):
    """Kind words: ``agent_id`` is the one whom they praise."""

    agent_id: int


@event("suggestions.praise_allowed")
@dataclass(frozen=True, kw_only=True)
class PraiseAllowed(DomainEvent):
    """The customer said whether their words may be shown."""

    is_allowed: bool


@event("suggestions.praise_shown")
@dataclass(frozen=True, kw_only=True)
class PraiseShown(DomainEvent):
    """Somebody approved kind words for the portal, or took them off again."""

    is_shown: bool


@event("suggestions.thanked")
@dataclass(frozen=True, kw_only=True)
class CustomerThanked(DomainEvent):
    """A colleague thanked the customer in words of their own."""

    reason: str


@event("suggestions.told")
@dataclass(frozen=True, kw_only=True)
class EveryoneTold(DomainEvent):
    """Somebody pressed: all people of the telling are told now."""

    suggestion_id: int
    telling_id: int
    people: int


@event("suggestions.voice_told")
@dataclass(frozen=True, kw_only=True)
class VoiceTold(DomainEvent):
    """One of them was written to, or called."""

    suggestion_id: int
    voice_id: int


@event("suggestions.helped")
@dataclass(frozen=True, kw_only=True)
class HelpSaid(DomainEvent):
    """Somebody said whether the change helps them."""

    suggestion_id: int
    voice_id: int
    is_helped: bool
