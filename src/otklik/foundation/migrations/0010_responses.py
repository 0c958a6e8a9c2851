"""``answer`` is what a customer says; what the API said is a response."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("foundation", "0009_the_queue_is_quiet")]

    operations = [migrations.RenameField(model_name="idempotencykey", old_name="answer", new_name="response")]
