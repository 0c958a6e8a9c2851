from django.db import migrations

_KNOWN = """
    UPDATE team_agent SET came_at = COALESCE(last_login, created_at)
    WHERE came_at IS NULL AND (last_login IS NOT NULL OR password NOT LIKE '!%')
"""


class Migration(migrations.Migration):
    """Who has logged in, or was given a password, is here; who was only invited (a password that fits nothing) is not."""

    dependencies = [("team", "0002_who_has_come")]

    operations = [migrations.RunSQL(_KNOWN, migrations.RunSQL.noop)]
