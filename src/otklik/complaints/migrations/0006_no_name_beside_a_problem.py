from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_names_become_problems")]

    operations = [
        migrations.AlterField(
            model_name="complaint",
            name="problem_name",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.RemoveField(model_name="complaint", name="problem_name"),
    ]
