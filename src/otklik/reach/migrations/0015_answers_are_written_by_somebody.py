from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Every row is read, under a lock that lets others read and write meanwhile."""

    dependencies = [("reach", "0014_purposes_are_the_apps")]

    operations = [ValidateConstraint("message", "an_answer_is_written_by_somebody")]
