from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0008_ids_live_per_source")]

    operations = [
        migrations.AddField(model_name="version", name="as_in", field=models.PositiveIntegerField(null=True)),
    ]
