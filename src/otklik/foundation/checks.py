"""What ``otklik doctor`` asks about the ground, and how it tells of names that no app brings any more."""

from collections.abc import Collection, Iterator

from otklik.foundation.manifest import Finding
from otklik.foundation.models import Policy
from otklik.foundation.modules import policies


def rules() -> Iterator[Finding]:
    known = policies()
    yield known_to_all("rule", {name for name in Policy.objects.values_list("name", flat=True) if name not in known})


def known_to_all(what: str, strangers: Collection[str]) -> Finding:
    """Whether no row has a name that no app of this program brings."""
    if not strangers:
        return True, f"every {what} is known"
    return False, f"{what} {', '.join(sorted(strangers))} in the database is brought by no app; install what brings it."
