"""What topics show beside a case."""

from typing import Final

from otklik.foundation.manifest import Panel
from otklik.topics.queries import beside_case

TOPIC: Final = Panel(name="topic", template="topics/panel.html", facts=beside_case, permission="topics.see", place=20)
