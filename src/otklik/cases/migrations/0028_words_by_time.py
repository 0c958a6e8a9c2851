from django.db import migrations

_THERE = """
    CREATE INDEX event_of_words ON foundation_event (name, at)
    WHERE name IN ('cases.answered', 'cases.closed', 'cases.heard', 'cases.reopened', 'cases.solved')
"""


class Migration(migrations.Migration):
    """What was said in some days is found in the history without reading all that was ever said."""

    dependencies = [("cases", "0027_steps"), ("foundation", "0009_the_queue_is_quiet")]

    operations = [migrations.RunSQL(_THERE, "DROP INDEX event_of_words")]
