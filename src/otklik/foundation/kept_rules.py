"""The rules that somebody changed, as every process believes them for some seconds."""

from typing import Any

from otklik.foundation.database.remembering import remembered
from otklik.foundation.models import Policy

REMEMBERED_SECONDS = 15


@remembered(seconds=REMEMBERED_SECONDS)
def changed_rules() -> dict[str, Any]:
    """Name of a rule → its value."""
    return dict(Policy.objects.values_list("name", "value"))
