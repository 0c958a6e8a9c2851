"""What reach does when something happens here or below."""

from otklik.customers.events import AddressVouched, CustomerErased, CustomersMerged
from otklik.foundation.events.announcing import on
from otklik.reach.actions.codes import tell_known_addresses
from otklik.reach.actions.forgetting import erase_conversations, move_conversations
from otklik.reach.actions.refusals import mind_refusals
from otklik.reach.adapters.email.faults import OURS
from otklik.reach.events import MessageUndelivered


@on(CustomersMerged)
def bring_together_what_they_said(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        move_conversations(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)


@on(CustomerErased)
def forget_what_they_said(happened: CustomerErased) -> None:
    if happened.customer_id is not None:
        erase_conversations(customer_id=happened.customer_id)


@on(AddressVouched)
def tell_of_an_address(happened: AddressVouched) -> None:
    """Nobody gets an address into somebody's file unseen."""
    if happened.customer_id is not None:
        tell_known_addresses(customer_id=happened.customer_id)


@on(CustomersMerged)
def tell_of_joined_records(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        tell_known_addresses(customer_id=happened.customer_id)


@on(MessageUndelivered, when=lambda happened: happened.fault in OURS)
def look_whether_we_are_refused(_happened: MessageUndelivered) -> None:
    mind_refusals()
