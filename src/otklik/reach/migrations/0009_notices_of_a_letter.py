from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reach", "0008_no_footer"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="notices",
            field=models.JSONField(default=list),
        ),
    ]
