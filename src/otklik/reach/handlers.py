"""What reach does when something happens below."""

from otklik.customers.events import CustomerErased
from otklik.foundation.events import on
from otklik.reach.actions.forgetting import erase_conversations


@on(CustomerErased)
def forget_what_they_said(happened: CustomerErased) -> None:
    if happened.customer_id is not None:
        erase_conversations(customer_id=happened.customer_id)
