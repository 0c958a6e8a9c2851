from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reach", "0012_forms_of_sites")]

    operations = [
        migrations.AddField(model_name="inbox", name="since", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="inbox",
            name="earlier",
            field=models.CharField(
                choices=[("leave", "Leave"), ("file", "File")], db_default="leave", default="leave", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="rawmessage", name="is_history", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(model_name="message", name="written_at", field=models.DateTimeField(null=True)),
    ]
