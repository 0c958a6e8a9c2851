from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("team", "0004_second_factors_are_encrypted")]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="writes_markdown",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
