from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("team", "0010_personal_managers")]

    operations = [
        migrations.AddField("agent", "day_ended", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("agent", "pause_until", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "agent",
            models.CheckConstraint(condition=Q(day_ended=False) | Q(is_away=True), name="whose_day_ended_is_away"),
        ),
        migrations.AddConstraint(
            "agent",
            models.CheckConstraint(
                condition=Q(is_away=False) | Q(pause_until=None), name="who_is_away_makes_no_short_pause"
            ),
        ),
    ]
