"""What narrows a search, as conditions for PostgreSQL: nothing is fetched to be thrown away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

OWN: Final = "said.automatic_because = '' AND said.purpose IN ('word', 'answer')"
"""Somebody's own words, and not a letter that a machine wrote."""
_WHO: Final = {
    "customer": "said.direction = 'in' AND said.automatic_because = ''",
    "agent": f"said.direction <> 'in' AND said.agent_id IS NOT NULL AND {OWN}",
}
WHO: Final = tuple(_WHO)
_FILES = "EXISTS (SELECT FROM reach_attachment part WHERE part.message_id = said.id AND NOT part.is_inline)"

type Conditions = tuple[list[str], list[Any]]


@dataclass(frozen=True, kw_only=True)
class Sieve:
    """``who`` said it (of ``WHO``), from ``since`` to before ``until``, with files; where its case stands now."""

    who: str = ""
    since: datetime | None = None
    until: datetime | None = None
    has_files: bool = False
    channel: str = ""
    state: str = ""

    def __bool__(self) -> bool:
        return self != Sieve()

    def of_words(self) -> Conditions:
        """For a message called ``said``."""
        found: list[tuple[str, list[Any]]] = []
        if self.who:
            found.append((_WHO[self.who], []))
        if self.since:
            found.append(("said.at >= %s", [self.since]))
        if self.until:
            found.append(("said.at < %s", [self.until]))
        if self.has_files:
            found.append((_FILES, []))
        return [sql for sql, _values in found], [value for _sql, values in found for value in values]

    def of_cases(self) -> Conditions:
        """For a case called ``matter``."""
        chosen = {"channel": self.channel, "state": self.state}
        found = {name: value for name, value in chosen.items() if value}
        return [f"matter.{name} = %s" for name in found], list(found.values())

    def not_spam(self, column: str) -> list[str]:
        """That a case is no spam, unless spam is what is looked for; ``column`` is its number."""
        if self.state == "spam":
            return []
        return [f"NOT EXISTS (SELECT FROM cases_spammark WHERE cases_spammark.case_id = {column})"]


EVERYTHING: Final = Sieve()
