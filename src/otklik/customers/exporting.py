"""What is taken out of a person beside their record."""

from collections.abc import Mapping
from typing import Any

from otklik.customers.manner import FIELDS
from otklik.customers.queries import wishes_written
from otklik.foundation.manifest import Person


def wishes_kept(person: Person) -> Mapping[str, Any]:
    """How they like to be served, with everything that was written of it before; the last one holds."""
    rows = wishes_written(person.customer_id)
    return {
        "how_to_serve": [
            {**{name: getattr(row, name) for name in FIELDS}, "written_by": row.agent_name, "at": row.at}
            for row in rows
        ]
    }
