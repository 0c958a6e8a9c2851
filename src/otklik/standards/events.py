from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("standards.written")
@dataclass(frozen=True, kw_only=True)
class StandardWritten(DomainEvent):
    """A new standard exists as a draft."""

    standard_id: int


@event("standards.changed")
@dataclass(frozen=True, kw_only=True)
class StandardChanged(DomainEvent):
    """What stands around the words: name, when it applies, owner, review."""

    standard_id: int
    fields: list[str]


@event("standards.draft_dropped")
@dataclass(frozen=True, kw_only=True)
class StandardDraftDropped(DomainEvent):
    standard_id: int


@event("standards.approval_asked")
@dataclass(frozen=True, kw_only=True)
class StandardApprovalAsked(DomainEvent):
    standard_id: int
    version_id: int


@event("standards.version_approved")
@dataclass(frozen=True, kw_only=True)
class StandardVersionApproved(DomainEvent):
    standard_id: int
    version_id: int


@event("standards.version_returned")
@dataclass(frozen=True, kw_only=True)
class StandardVersionReturned(DomainEvent):
    """Whoever was asked to approve sent it back to its author."""

    standard_id: int
    version_id: int


@event("standards.published")
@dataclass(frozen=True, kw_only=True)
class StandardPublished(DomainEvent):
    """This version holds for new cases; those that are open keep theirs."""

    standard_id: int
    version_id: int
    number: int


@event("standards.reviewed")
@dataclass(frozen=True, kw_only=True)
class StandardReviewed(DomainEvent):
    """Somebody has read it again and it is still right."""

    standard_id: int


@event("standards.review_due")
@dataclass(frozen=True, kw_only=True)
class StandardReviewDue(DomainEvent):
    """Its owner wanted to read it again by now. ``since``: the day of it, as ``2026-11-30``."""

    standard_id: int
    owner_id: int
    since: str


@event("standards.archived")
@dataclass(frozen=True, kw_only=True)
class StandardArchived(DomainEvent):
    """It is chosen for no case any more; those that hold it keep it."""

    standard_id: int


@event("standards.brought_back")
@dataclass(frozen=True, kw_only=True)
class StandardBroughtBack(DomainEvent):
    standard_id: int


@event("standards.proposed")
@dataclass(frozen=True, kw_only=True)
class StandardProposed(DomainEvent):
    """Somebody who works by it would change it."""

    standard_id: int
    proposal_id: int


@event("standards.proposal_taken")
@dataclass(frozen=True, kw_only=True)
class StandardProposalTaken(DomainEvent):
    """Its words stand beside a draft now."""

    standard_id: int
    proposal_id: int
    author_id: int


@event("standards.proposal_declined")
@dataclass(frozen=True, kw_only=True)
class StandardProposalDeclined(DomainEvent):
    standard_id: int
    proposal_id: int
    author_id: int
