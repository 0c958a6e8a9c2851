"""What happens to complaints: one event for each stage, and for what is done between them."""

from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@dataclass(frozen=True, kw_only=True)
class ComplaintEvent(DomainEvent):
    complaint_id: int


@event("complaints.received")
@dataclass(frozen=True, kw_only=True)
class ComplaintReceived(ComplaintEvent):
    """A formal complaint has its number. ``is_lodged``: the customer lodged it themselves."""

    is_lodged: bool = False


@event("complaints.acknowledged")
@dataclass(frozen=True, kw_only=True)
class ComplaintAcknowledged(ComplaintEvent):
    """The customer was told a name and a date. ``is_automatic``: by a letter that nobody wrote."""

    is_automatic: bool = False


@event("complaints.assessed")
@dataclass(frozen=True, kw_only=True)
class ComplaintAssessed(ComplaintEvent):
    severity: int
    is_urgent: bool = False


@event("complaints.entrusted")
@dataclass(frozen=True, kw_only=True)
class ComplaintEntrusted(ComplaintEvent):
    """``agent_id`` is to look into it."""

    agent_id: int


@event("complaints.investigated")
@dataclass(frozen=True, kw_only=True)
class ComplaintInvestigated(ComplaintEvent):
    agent_id: int


@event("complaints.answered")
@dataclass(frozen=True, kw_only=True)
class ComplaintAnswered(ComplaintEvent):
    """Decision, reason and prevention were told in the letter ``message_id``."""

    decision: str
    message_id: int


@event("complaints.accepted")
@dataclass(frozen=True, kw_only=True)
class ComplaintAccepted(ComplaintEvent):
    """The customer's own word: they accept the answer."""


@event("complaints.refused")
@dataclass(frozen=True, kw_only=True)
class ComplaintRefused(ComplaintEvent):
    """The customer does not accept the answer: the complaint stays open."""


@event("complaints.ways_offered")
@dataclass(frozen=True, kw_only=True)
class WaysOffered(ComplaintEvent):
    """The customer was told how to go on, here and outside."""

    message_id: int


@event("complaints.exhausted")
@dataclass(frozen=True, kw_only=True)
class ComplaintExhausted(ComplaintEvent):
    """It ends without the customer's consent, after all ways were offered; counted apart from what was accepted."""


@event("complaints.withdrawn")
@dataclass(frozen=True, kw_only=True)
class ComplaintWithdrawn(ComplaintEvent):
    """The customer took it back, or it was registered by mistake."""


@event("complaints.improved")
@dataclass(frozen=True, kw_only=True)
class ComplaintImproved(ComplaintEvent):
    """Its root cause is written down."""

    standard_id: int | None = None


@event("complaints.linked")
@dataclass(frozen=True, kw_only=True)
class ComplaintLinked(ComplaintEvent):
    """It shows a problem that is mended; of another than before, or None: of none any more."""

    problem_id: int | None


@event("complaints.case_linked")
@dataclass(frozen=True, kw_only=True)
class CaseLinked(DomainEvent):
    """A case shows a problem."""

    problem_id: int


@event("complaints.case_unlinked")
@dataclass(frozen=True, kw_only=True)
class CaseUnlinked(DomainEvent):
    problem_id: int


@event("complaints.problem_saved")
@dataclass(frozen=True, kw_only=True)
class ProblemSaved(DomainEvent):
    """A problem was written down, or changed."""

    problem_id: int
    fields: list[str]


@event("complaints.problem_moved")
@dataclass(frozen=True, kw_only=True)
class ProblemMoved(DomainEvent):
    problem_id: int
    state: str


@event("complaints.fix_saved")
@dataclass(frozen=True, kw_only=True)
class FixSaved(DomainEvent):
    """Something that is done about a problem was written down, or (``is_done``) is done."""

    problem_id: int
    is_done: bool


@event("complaints.touched_told")
@dataclass(frozen=True, kw_only=True)
class TouchedTold(DomainEvent):
    """``count`` customers are told what has changed, one letter each."""

    problem_id: int
    telling_id: int
    count: int


@event("complaints.terms_changed")
@dataclass(frozen=True, kw_only=True)
class TermsChanged(ComplaintEvent):
    """Other terms run for it, or its terms end at other moments. ``because``: choice, or calendar."""

    because: str


@event("complaints.term_saved")
@dataclass(frozen=True, kw_only=True)
class TermSaved(DomainEvent):
    term_id: int
    fields: list[str]


@event("complaints.way_saved")
@dataclass(frozen=True, kw_only=True)
class WaySaved(DomainEvent):
    way_id: int
    fields: list[str]
