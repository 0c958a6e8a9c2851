from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


@event("standards.changed")
@dataclass(frozen=True, kw_only=True)
class StandardChanged(DomainEvent):
    standard_id: int
    fields: list[str]
