"""Which version of which standard a case holds.

The column is empty, so it is added at once; its constraint is checked, and its index made, without holding up anybody.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

COLUMN = "ALTER TABLE cases_case ADD COLUMN standard_version_id bigint NULL"
POINTS = (
    "ALTER TABLE cases_case ADD CONSTRAINT cases_case_standard_version_fk FOREIGN KEY (standard_version_id)"
    " REFERENCES standards_version (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"
)
CHECK = "ALTER TABLE cases_case VALIDATE CONSTRAINT cases_case_standard_version_fk"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0020_who_is_waited_for_rests"), ("standards", "0004_words_are_in_versions")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(COLUMN, "ALTER TABLE cases_case DROP COLUMN standard_version_id"),
                migrations.RunSQL(POINTS, migrations.RunSQL.noop),
                migrations.RunSQL(CHECK, migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.AddField(
                    model_name="case",
                    name="standard_version",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.version",
                    ),
                )
            ],
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("standard_version__isnull", False)),
                fields=["standard_version", "-id"],
                name="case_of_standard",
            ),
        ),
    ]
