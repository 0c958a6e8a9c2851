"""One thing that happened, as programs read it: in the history feed and in webhooks."""

from datetime import datetime

from pydantic import BaseModel, Field

from otklik.foundation.models import Event


class EventOut(BaseModel):
    """One thing that happened. `data` holds ids and numbers, never texts."""

    id: int
    name: str = Field(examples=["cases.solved"])
    at: datetime
    case: int | None = Field(description="Number of the case.")
    customer: int | None
    actor: str = Field(examples=["agent"], description="agent, customer or system.")
    actor_id: int | None
    data: dict[str, object]


def event_out(row: Event) -> EventOut:
    return EventOut(
        id=row.pk,
        name=row.name,
        at=row.at,
        case=row.case_id,
        customer=row.customer_id,
        actor=row.actor_kind,
        actor_id=row.actor_id,
        data=row.payload,
    )
