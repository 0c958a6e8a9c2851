"""What reach does when something happens below."""

from otklik.customers.events import CustomerErased, CustomersMerged
from otklik.foundation.events import on
from otklik.reach.actions.forgetting import erase_conversations, move_conversations


@on(CustomersMerged)
def bring_together_what_they_said(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        move_conversations(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)


@on(CustomerErased)
def forget_what_they_said(happened: CustomerErased) -> None:
    if happened.customer_id is not None:
        erase_conversations(customer_id=happened.customer_id)
