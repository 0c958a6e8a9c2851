"""What surveys do when something happens below."""

from otklik.customers.events import CustomersMerged
from otklik.foundation.events.announcing import on
from otklik.surveys.actions import move_answers


@on(CustomersMerged, while_off=True)
def bring_answers_together(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        move_answers(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)
