"""What each template says becomes its first version."""

from typing import Any

from django.db import migrations

KEPT = ("title", "text", "team_id", "actions", "is_active")


def write_down(apps: Any, _schema: Any) -> None:
    macros, versions = apps.get_model("cases", "Macro"), apps.get_model("cases", "MacroVersion")
    for row in macros.objects.all():
        versions.objects.create(macro=row, number=1, **{name: getattr(row, name) for name in KEPT})


class Migration(migrations.Migration):
    dependencies = [("cases", "0023_versions_of_templates")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
