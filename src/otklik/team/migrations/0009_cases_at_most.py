from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("team", "0008_public_days_and_names")]

    operations = [
        migrations.AddField("agent", "most_open", models.PositiveSmallIntegerField(null=True)),
        migrations.AddConstraint(
            "agent",
            models.CheckConstraint(
                condition=Q(most_open=None) | Q(most_open__gt=0), name="an_agent_may_have_a_case_at_least"
            ),
        ),
    ]
