"""Which program made the database: one that is older than its database would read it wrongly."""

from pathlib import Path

from django.apps import apps
from django.db import connection

from otklik import __version__
from otklik.commands.problems import Problem

_APPLIED = "SELECT app, max(left(name, 4)) FROM django_migrations WHERE name ~ '^[0-9]{4}_' GROUP BY app"


def refuse_a_newer_database() -> None:
    """Raises ``Problem`` when steps were applied that this program does not know; asks nothing of an empty one."""
    if newer := steps_unknown():
        raise Problem(
            f"The database was brought up to date by a newer version than this one, {__version__} "
            f"({', '.join(newer)}): install that version, or restore a backup made before it."
        )


def steps_unknown() -> list[str]:
    """Names of apps whose database is ahead of the program."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(_APPLIED)
        applied = dict(cursor.fetchall())
    return sorted(app for app, last in applied.items() if (known := _last_known(app)) and last > known)


def _last_known(app: str) -> str:
    """Number of the last step that the program brings, '' for an app it does not have."""
    config = apps.app_configs.get(app)
    if config is None:
        return ""
    folder = Path(config.path) / "migrations"
    return max((path.name[:4] for path in folder.glob("[0-9][0-9][0-9][0-9]_*.py")), default="")
