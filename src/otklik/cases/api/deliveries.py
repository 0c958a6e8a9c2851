"""What the API says of the way of our letters: the contract, as types."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, Field

from otklik.reach.models import Delivery


class RecipientOut(BaseModel):
    address: str = Field(description="An address, or the id of the person in the channel.")
    state: str
    verdict: str = Field(
        examples=["blocked"],
        description="Why it did not arrive: blocked, gone, too_large, refused, throttled, server, unknown, door_broken "
        "or not_allowed; '' when nothing is wrong.",
    )
    read_at: datetime | None = Field(description="When the channel told us that it was read.")


class DeliveryOut(BaseModel):
    """What became of our letter: the worst of its recipients. `queued`, `sent`, `delivered`, `failed`, `bounced`,
    `cancelled`, or `none` when there was no address to send it to."""

    state: str = Field(examples=["sent"])
    verdict: str = Field(description="Of the recipient who fared worst; '' when nothing is wrong.")
    recipients: list[RecipientOut]


_WORST_FIRST = ("bounced", "failed", "queued", "cancelled", "sent", "delivered")


def delivery_out(rows: Iterable[Delivery]) -> DeliveryOut:
    recipients = [
        RecipientOut(address=row.address, state=_told(row.state), verdict=row.verdict, read_at=row.read_at)
        for row in rows
    ]
    worst = min(recipients, key=lambda one: _WORST_FIRST.index(one.state), default=None)
    return DeliveryOut(
        state=worst.state if worst else "none", verdict=worst.verdict if worst else "", recipients=recipients
    )


def _told(state: str) -> str:
    return Delivery.State.QUEUED.value if state == Delivery.State.SENDING else state
