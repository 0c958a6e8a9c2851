from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Only the catalogue of the database changes: no row is read or rewritten, however many there are.

    A longer ``varchar`` keeps its rows and indexes; a constraint that is not valid yet holds for new rows only.
    """

    dependencies = [("reach", "0013_history_of_a_mailbox")]

    operations = [
        migrations.RemoveConstraint("message", "an_answer_is_written_by_somebody"),
        migrations.AlterField("message", "purpose", models.CharField(default="word", max_length=40)),
        migrations.AlterField("gaterefusal", "purpose", models.CharField(max_length=40)),
        AddConstraintNotValid(
            "message",
            models.CheckConstraint(
                condition=~Q(direction="out") | ~Q(purpose="answer") | Q(agent__isnull=False),
                name="an_answer_is_written_by_somebody",
            ),
        ),
    ]
