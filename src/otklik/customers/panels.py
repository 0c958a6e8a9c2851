"""What stands beside a case about its customer."""

from collections.abc import Mapping
from typing import Any

from otklik.customers.manner import in_one_line
from otklik.customers.queries import newest_wishes
from otklik.foundation.actors import Actor


def wishes_beside(case: Any, _actor: Actor) -> Mapping[str, Any] | None:
    """How the customer likes to be served: ``parts`` of one line, who wrote it and when; and the way to change it."""
    if case.customer.erased_at:
        return None
    wishes = newest_wishes(case.customer_id)
    return {"customer_id": case.customer_id, "wishes": wishes, "parts": in_one_line(wishes) if wishes else []}
