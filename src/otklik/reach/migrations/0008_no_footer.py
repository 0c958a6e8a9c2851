from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("reach", "0007_footers_into_sheets"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="message",
            name="footer",
        ),
    ]
