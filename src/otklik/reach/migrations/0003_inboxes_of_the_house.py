from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def prepare(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    inboxes = apps.get_model("reach", "Inbox").objects
    inboxes.get_or_create(kind="form", address="form", defaults={"name": "Web form"})
    inboxes.get_or_create(kind="api", address="api", defaults={"name": "API"})


class Migration(migrations.Migration):
    dependencies = [("reach", "0002_a_note_never_leaves")]
    operations = [migrations.RunPython(prepare, migrations.RunPython.noop)]
