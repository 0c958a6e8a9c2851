from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("team", "0005_how_they_write")]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="invitation_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AlterField(
            model_name="agent",
            name="invitation_problem",
            field=models.CharField(
                blank=True,
                choices=[("refused", "Refused"), ("not_sent", "Not Sent"), ("bounced", "Bounced")],
                db_default="",
                max_length=10,
            ),
        ),
    ]
