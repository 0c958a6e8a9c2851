from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reach", "0009_notices_of_a_letter")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="silent_because",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]
