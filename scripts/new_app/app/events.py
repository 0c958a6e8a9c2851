"""What happens in the app sample."""

from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("sample.written")
@dataclass(frozen=True, kw_only=True)
class EntryWritten(DomainEvent):
    """An agent wrote something down about the case."""

    entry_id: int
    agent_id: int | None
