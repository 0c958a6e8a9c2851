from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("standards", "0005_sorts_of_matters")]
    operations = [
        migrations.AddField(
            model_name="version",
            name="is_round_the_clock",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
