from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("knowledge.article_written")
@dataclass(frozen=True, kw_only=True)
class ArticleWritten(DomainEvent):
    """A new article exists as a draft."""

    article_id: int


@event("knowledge.article_changed")
@dataclass(frozen=True, kw_only=True)
class ArticleChanged(DomainEvent):
    """What stands around the words: address, section, audience, keeper, review."""

    article_id: int
    fields: list[str]


@event("knowledge.draft_dropped")
@dataclass(frozen=True, kw_only=True)
class DraftDropped(DomainEvent):
    article_id: int


@event("knowledge.approval_asked")
@dataclass(frozen=True, kw_only=True)
class ApprovalAsked(DomainEvent):
    article_id: int
    version_id: int


@event("knowledge.version_approved")
@dataclass(frozen=True, kw_only=True)
class VersionApproved(DomainEvent):
    article_id: int
    version_id: int


@event("knowledge.version_returned")
@dataclass(frozen=True, kw_only=True)
class VersionReturned(DomainEvent):
    """Whoever was asked to approve sent it back to its author."""

    article_id: int
    version_id: int


@event("knowledge.article_published")
@dataclass(frozen=True, kw_only=True)
class ArticlePublished(DomainEvent):
    """Readers now see this version."""

    article_id: int
    version_id: int


@event("knowledge.version_scheduled")
@dataclass(frozen=True, kw_only=True)
class VersionScheduled(DomainEvent):
    """An approved version waits for its hour."""

    article_id: int
    version_id: int


@event("knowledge.article_reviewed")
@dataclass(frozen=True, kw_only=True)
class ArticleReviewed(DomainEvent):
    """Somebody has read the article again and it is still true."""

    article_id: int


@event("knowledge.brand_changed")
@dataclass(frozen=True, kw_only=True)
class BrandChanged(DomainEvent):
    brand_id: int
    fields: list[str]


@event("knowledge.article_withdrawn")
@dataclass(frozen=True, kw_only=True)
class ArticleWithdrawn(DomainEvent):
    """Readers no longer see the article."""

    article_id: int


@event("knowledge.section_changed")
@dataclass(frozen=True, kw_only=True)
class SectionChanged(DomainEvent):
    section_id: int
    fields: list[str]


@event("knowledge.correction_proposed")
@dataclass(frozen=True, kw_only=True)
class CorrectionProposed(DomainEvent):
    """A colleague told the author what is wrong with an article."""

    article_id: int
    correction_id: int


@event("knowledge.correction_decided")
@dataclass(frozen=True, kw_only=True)
class CorrectionDecided(DomainEvent):
    article_id: int
    correction_id: int


@event("knowledge.correction_reopened")
@dataclass(frozen=True, kw_only=True)
class CorrectionReopened(DomainEvent):
    """Whoever declined it took that back."""

    article_id: int
    correction_id: int


@event("knowledge.house_words_changed")
@dataclass(frozen=True, kw_only=True)
class HouseWordsChanged(DomainEvent):
    """Synonyms or stop words of the search are different now."""
