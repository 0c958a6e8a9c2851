from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_machines_are_promised_nothing")]

    operations = [
        migrations.AddField(model_name="case", name="asked_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("asked_at__isnull", False)), fields=["asked_at"], name="case_asked_later"
            ),
        ),
    ]
