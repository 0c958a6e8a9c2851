from dataclasses import dataclass

from otklik.foundation.events import DomainEvent, event


@event("customers.met")
@dataclass(frozen=True, kw_only=True)
class CustomerMet(DomainEvent):
    """A person turned to us for the first time."""


@event("customers.edited")
@dataclass(frozen=True, kw_only=True)
class CustomerEdited(DomainEvent):
    fields: list[str]


@event("customers.erased")
@dataclass(frozen=True, kw_only=True)
class CustomerErased(DomainEvent):
    """Personal data removed on request; figures stay. Apps above erase what they keep of this person."""


@event("customers.address_bounced")
@dataclass(frozen=True, kw_only=True)
class AddressBounced(DomainEvent):
    contact_point_id: int
    is_hard: bool
