from dataclasses import dataclass

from otklik.foundation.events.announcing import DomainEvent, event


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


@event("customers.identity_joined")
@dataclass(frozen=True, kw_only=True)
class IdentityJoined(DomainEvent):
    """They have proven that an identity of a messenger is theirs, too."""

    contact_point_id: int


@event("customers.merged")
@dataclass(frozen=True, kw_only=True)
class CustomersMerged(DomainEvent):
    """``from_customer_id`` turned out to be the same person; apps above move what they keep."""

    from_customer_id: int


@event("customers.organization_changed")
@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(DomainEvent):
    organization_id: int
    fields: list[str]


@event("customers.exported")
@dataclass(frozen=True, kw_only=True)
class CustomerExported(DomainEvent):
    """Somebody took all personal data of this person out, usually at the person's own wish."""


@event("customers.address_vouched")
@dataclass(frozen=True, kw_only=True)
class AddressVouched(DomainEvent):
    """Staff added this mail address, or said that it is theirs."""

    contact_point_id: int


@event("customers.wishes_changed")
@dataclass(frozen=True, kw_only=True)
class WishesChanged(DomainEvent):
    """How this person likes to be served was written down anew; the words are kept apart, to be forgotten."""

    fields: list[str]


@event("customers.way_closed")
@dataclass(frozen=True, kw_only=True)
class WayClosed(DomainEvent):
    """They want no more words by one of the ways to reach them, or it exists no longer."""

    contact_point_id: int


@event("customers.way_opened")
@dataclass(frozen=True, kw_only=True)
class WayOpened(DomainEvent):
    """They can be reached again by a way that was closed."""

    contact_point_id: int
