"""A second of everything stands by while something is done to the first: rows of the database before and after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from otklik.foundation.database.remembering import forget_everything
from otklik.foundation.models import Event
from tests.building import run_jobs

_NOT_OF_ANYBODY = ("procrastinate_", "foundation_tally", "django_", "foundation_cache")


def rows() -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        tables = [one for one in connection.introspection.table_names(cursor) if not one.startswith(_NOT_OF_ANYBODY)]
        found: dict[str, set[str]] = {}
        for table in tables:
            cursor.execute(f"SELECT md5(row::text) FROM {table} row")
            found[table] = {digest for (digest,) in cursor.fetchall()}
    return found


@dataclass
class Bystander:
    """``theirs``: rows of the one who stands by, by table, as they are when something is done to us."""

    theirs: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def beside[W](cls, build: Callable[[str], W]) -> "tuple[Bystander, W]":
        build("petr")
        before = rows()
        us = build("ivan")
        now = rows()
        return cls({table: before[table] & now[table] for table in before}), us

    def watch[W](
        self, deeds: Mapping[str, Callable[[W], object]], names: Sequence[str], us: W
    ) -> tuple[dict[str, list[str]], dict[str, str]]:
        """Of each deed: tables in which others were harmed, if any; and what was announced, sorted."""
        done = {name: self._look(deeds[name], us) for name in names}
        return {name: harm for name, (harm, _said) in done.items() if harm}, {
            name: said for name, (_harm, said) in done.items()
        }

    def _look[W](self, deed: Callable[[W], object], us: W) -> tuple[list[str], str]:
        """The deed and all that follows from it; then it is as if it had never been done."""
        with transaction.atomic():
            last = Event.objects.latest("id").pk
            deed(us)
            run_jobs()
            now = rows()
            harmed = [table for table, theirs in self.theirs.items() if theirs - now[table]]
            said = " ".join(sorted(set(Event.objects.filter(pk__gt=last).values_list("name", flat=True))))
            transaction.set_rollback(True)
        forget_everything()
        return harmed, said
