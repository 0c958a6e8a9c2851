from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reach", "0005_attempts_of_a_letter"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="sheet",
            field=models.JSONField(default=dict),
        ),
    ]
